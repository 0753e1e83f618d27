"""The tasksets that come with the package, one file each, loaded by the registry when first asked for."""
