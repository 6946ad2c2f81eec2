package dev.tarn.cli.commands;

import dev.tarn.cli.console.Console;
import dev.tarn.cli.failure.UsageException;
import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.kv.ScratchFolder;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.reserve.Prefetch;
import dev.tarn.engine.reserve.ReserveListener;
import dev.tarn.engine.reserve.ReserveOptions;
import dev.tarn.engine.reserve.Sharing;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The reservation that decode steps read entries through, and where all entries live. */
final class KvFlags {
    @Option(
            names = "--kv-reserve",
            paramLabel = "SIZE|ENTRIES|PERCENT",
            description = "Fast memory for the entries that decode steps read: bytes (64M), entries (2048), or per cent"
                    + " of layers × context (25%%); none by default.")
    private @Nullable String reserve;

    @Option(
            names = "--kv-slow",
            converter = KvSlow.Converter.class,
            paramLabel = "ram|file:DIR",
            description = "Where all entries live: in memory, or in a file in a folder, deleted at the end.")
    private KvSlow slow = KvSlow.RAM;

    @Option(
            names = "--kv-sharing",
            paramLabel = "unified|layer|sequence",
            description = "One pool for all layers, or an equal part for each layer or sequence.")
    private String sharing = Sharing.UNIFIED.toString();

    @Option(
            names = "--kv-policy",
            paramLabel = "POLICY",
            description = "What leaves when room is needed: lru, next-visit, ... as in simulate.")
    private String policy = "lru";

    @Option(
            names = "--kv-prefetch",
            paramLabel = "none|previous|layer|ema",
            description =
                    "With --kv-slow file: fetch before it is asked for what the layer read at the step before, what"
                            + " the layer before read, or what it read often.")
    private String prefetch = Prefetch.NONE.toString();

    /** Whether a reservation was asked for. */
    boolean reserves() {
        return reserve != null;
    }

    /** Refuses what makes no sense whatever the model. */
    void check() {
        String asked = reserve;
        if (asked == null && slow.folder() != null) {
            throw new UsageException("--kv-slow file:DIR needs room to read entries into; give --kv-reserve too");
        }
        if (asked != null) {
            Parsed.option("--kv-reserve", () -> KvSize.parse(asked));
        }
        options(0, 0);
    }

    private ReserveOptions options(int entries, long seed) {
        return Parsed.option(
                "--kv-policy, --kv-sharing, --kv-prefetch",
                () -> new ReserveOptions(entries, Sharing.parse(sharing), policy, 1, seed, Prefetch.parse(prefetch)));
    }

    /** Sets up the session's decoder as asked; for one sequence that decodes at a time. */
    void apply(ModelSession session, long seed, ReserveListener listener) {
        String asked = reserve;
        if (asked == null) {
            return;
        }
        Decoder decoder = session.decoder();
        if (slow.folder() != null) {
            decoder.keepEntriesIn(new ScratchFolder(slow.folder()));
        }
        decoder.reserve(options(entries(asked, decoder), seed), listener, UnaryOperator.identity());
    }

    private static int entries(String asked, Decoder decoder) {
        long all = (long) decoder.selectingLayers() * decoder.architecture().contextLength();
        return KvSize.parse(asked).entries(decoder.kvShape().entryBytes(), all);
    }

    /** Says where a step reads more than a pool holds that forgets what is used in turn. */
    void warn(ModelSession session, AttentionSpec resolved, Console console) {
        String asked = reserve;
        if (asked == null || !sharing.equals(Sharing.UNIFIED.toString()) || survives(policy)) {
            return;
        }
        Decoder decoder = session.decoder();
        long step = (long) decoder.selectingLayers() * Math.max(0, resolved.k());
        int entries = entries(asked, decoder);
        if (entries < step) {
            console.err()
                    .println("tarn: warning: one step reads layers × k = " + step + " entries, and a unified pool of "
                            + entries + " under " + policy + " forgets most before its turn comes again;"
                            + " use --kv-policy next-visit or --kv-sharing layer");
        }
    }

    private static boolean survives(String policy) {
        return policy.startsWith("next-visit") || policy.startsWith("quota");
    }
}
