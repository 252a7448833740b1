"""What happens on a tap, a word or a photo: parse, one use case, one screen."""
