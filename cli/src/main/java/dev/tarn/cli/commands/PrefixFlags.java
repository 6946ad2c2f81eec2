package dev.tarn.cli.commands;

import dev.tarn.cli.command.Version;
import dev.tarn.cli.console.Console;
import dev.tarn.cli.console.Units;
import dev.tarn.cli.failure.UsageException;
import dev.tarn.cli.files.OutputFolder;
import dev.tarn.cli.json.JsonDocument;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.prefix.PrefixCache;
import dev.tarn.engine.prefix.PrefixCounters;
import dev.tarn.engine.prefix.PrefixOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the beginnings of prompts are kept from one run to the next. */
final class PrefixFlags {
    private static final String DEFAULT_SIZE = "4G";

    /** What is kept in memory beside the folder; pages that a sequence shares cost nothing while it lives. */
    private static final long MOST_MEMORY = 256L << 20;

    @Option(
            names = "--prefix-cache",
            paramLabel = "DIR",
            description = "Keep what prompts leave in the KV cache in this folder, and read it from there when a prompt"
                    + " begins like an earlier one.")
    private @Nullable OutputFolder folder;

    @Option(
            names = "--prefix-cache-size",
            paramLabel = "SIZE",
            description = "What that folder may hold (64M, 4G); what was used longest ago leaves first. By default "
                    + DEFAULT_SIZE + ".")
    private @Nullable String size;

    /** Whether prefixes are kept. */
    boolean keeps() {
        return folder != null;
    }

    /** Refuses what makes no sense whatever the model, and fills in the size, so that documents show it. */
    void check() {
        String asked = size;
        if (folder == null) {
            if (asked != null) {
                throw new UsageException("--prefix-cache-size goes with --prefix-cache DIR");
            }
            return;
        }
        size = asked == null ? DEFAULT_SIZE : asked;
        bytes();
    }

    private long bytes() {
        String given = size == null ? DEFAULT_SIZE : size;
        return Parsed.option("--prefix-cache-size", () -> KvSize.parse(given).bytes());
    }

    /**
     * Lets the session's decoder keep prefixes, if that is asked for.
     *
     * @param inFiles whether entries live in files: prefixes are then not kept in memory either
     */
    void apply(ModelSession session, boolean inFiles, Console console) {
        if (folder == null) {
            return;
        }
        folder.prepare();
        session.decoder()
                .keepPrefixes(new PrefixOptions(
                        session.identity(Version.read()),
                        folder.path(),
                        bytes(),
                        inFiles ? 0 : Math.min(bytes(), MOST_MEMORY),
                        line -> console.err().println("tarn: warning: " + line)));
    }

    /** Puts {@code prefix} into a document where prefixes are kept, once all are saved. */
    static JsonDocument put(JsonDocument document, Decoder decoder) {
        PrefixCache prefixes = decoder.prefixes();
        if (prefixes == null) {
            return document;
        }
        prefixes.flush();
        PrefixCounters counters = prefixes.counters();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("asked_tokens", counters.asked());
        fields.put("hit_tokens", counters.hit());
        fields.put("bytes_loaded", counters.loadedBytes());
        fields.put("bytes_saved", counters.savedBytes());
        fields.put("evictions", counters.evictions());
        return document.put("prefix", fields);
    }

    /** What the cache did so far, for people. */
    static String line(PrefixCache prefixes) {
        prefixes.flush();
        PrefixCounters counters = prefixes.counters();
        return "prefix cache: " + counters.hit() + " of " + counters.asked() + " prompt tokens found, "
                + Units.bytes((double) counters.loadedBytes()) + " loaded, "
                + Units.bytes((double) counters.savedBytes()) + " saved, " + counters.evictions() + " files deleted";
    }
}
