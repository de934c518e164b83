"""The door for payment providers' messages, and nothing else."""

from blueprints.webhooks.door import webhooks

blueprints = (webhooks,)
