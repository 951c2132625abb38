#!/usr/bin/env bash
# One task of the array that run.sh submits: the shard of the task's number.
exec "$1" "$SLURM_ARRAY_TASK_ID" "${@:2}"
