"""The event bus: messages to groups of readers outside, and the bell between processes."""
