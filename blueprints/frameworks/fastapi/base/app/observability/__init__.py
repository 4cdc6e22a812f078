"""What whoever runs the service sees of it: metrics, traces, unforeseen errors, profiles."""
