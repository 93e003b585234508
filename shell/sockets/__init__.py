"""Live topics over WebSocket: numbered frames, snapshots, resume, bounded queues."""
