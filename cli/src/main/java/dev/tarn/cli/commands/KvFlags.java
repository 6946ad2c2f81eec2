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
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The reservation that decode steps read entries through, and where all entries live. */
final class KvFlags {
    private static final String DEFAULT_POLICY = "lru";

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
            description =
                    "Where all entries live: in memory (the default), or in a file in a folder, deleted at the end.")
    private @Nullable KvSlow slow;

    @Option(
            names = "--kv-checksums",
            description = "With --kv-slow file: check what is read back against what was written.")
    private @Nullable Boolean checksums;

    @Option(
            names = "--kv-sharing",
            paramLabel = "unified|layer|sequence",
            description = "One pool for all layers (the default), or an equal part for each layer or sequence.")
    private @Nullable String sharing;

    @Option(
            names = "--kv-policy",
            paramLabel = "POLICY",
            description = "What leaves when room is needed: lru (the default), next-visit, ... as in simulate.")
    private @Nullable String policy;

    @Option(
            names = "--kv-prefetch",
            paramLabel = "none|previous|layer|ema",
            description =
                    "With --kv-slow file: fetch before it is asked for what the layer read at the step before, what"
                            + " the layer before read, or what it read often; none by default.")
    private @Nullable String prefetch;

    /** Whether a reservation was asked for. */
    boolean reserves() {
        return reserve != null;
    }

    /** Whether entries live in a file. */
    boolean inFiles() {
        return slow != null && slow.folder() != null;
    }

    /** Refuses what makes no sense whatever the model, and fills in what a reservation is made with, so that documents show it. */
    void check() {
        String asked = reserve;
        if (checked() && !inFiles()) {
            throw new UsageException("--kv-checksums checks a file; give --kv-slow file:DIR too");
        }
        if (asked == null) {
            if (inFiles()) {
                throw new UsageException("--kv-slow file:DIR needs room to read entries into; give --kv-reserve too");
            }
            refuseAlone("--kv-sharing", sharing);
            refuseAlone("--kv-policy", policy);
            refuseAlone("--kv-prefetch", prefetch);
            return;
        }
        Parsed.option("--kv-reserve", () -> KvSize.parse(asked));
        slow = Objects.requireNonNullElse(slow, KvSlow.RAM);
        sharing = Objects.requireNonNullElse(sharing, Sharing.UNIFIED.toString());
        policy = Objects.requireNonNullElse(policy, DEFAULT_POLICY);
        prefetch = Objects.requireNonNullElse(prefetch, Prefetch.NONE.toString());
        checksums = checked();
        options(0, 1, 0);
    }

    private boolean checked() {
        return Boolean.TRUE.equals(checksums);
    }

    private static void refuseAlone(String name, @Nullable String given) {
        if (given != null) {
            throw new UsageException(name + " says how a reservation is kept; give --kv-reserve too");
        }
    }

    private ReserveOptions options(int entries, int sequences, long seed) {
        Sharing shared = Parsed.option("--kv-sharing", () -> Sharing.parse(given(sharing)));
        Prefetch ahead = Parsed.option("--kv-prefetch", () -> Prefetch.parse(given(prefetch)));
        return Parsed.option(
                "--kv-policy", () -> new ReserveOptions(entries, shared, given(policy), sequences, seed, ahead));
    }

    /** An option that {@link #check} has filled in. */
    private static String given(@Nullable String option) {
        return Objects.requireNonNull(option);
    }

    /** Sets up the session's decoder as asked, for so many sequences at a time. */
    void apply(ModelSession session, int sequences, long seed, ReserveListener listener) {
        String asked = reserve;
        if (asked == null) {
            return;
        }
        Decoder decoder = session.decoder();
        Path folder = slow == null ? null : slow.folder();
        if (folder != null) {
            decoder.keepEntriesIn(new ScratchFolder(folder, checked()));
        }
        decoder.reserve(options(entries(asked, decoder), sequences, seed), listener, UnaryOperator.identity());
    }

    private static int entries(String asked, Decoder decoder) {
        long all = (long) decoder.selectingLayers() * decoder.architecture().contextLength();
        return KvSize.parse(asked).entries(decoder.kvShape().entryBytes(), all);
    }

    /** Says where a step reads more than a pool holds that forgets what is used in turn. */
    void warn(ModelSession session, AttentionSpec resolved, int sequences, Console console) {
        String asked = reserve;
        if (asked == null || !given(sharing).equals(Sharing.UNIFIED.toString()) || survives(given(policy))) {
            return;
        }
        Decoder decoder = session.decoder();
        long step = (long) sequences * decoder.selectingLayers() * Math.max(0, resolved.k());
        int entries = entries(asked, decoder);
        if (entries < step) {
            console.err()
                    .println("tarn: warning: one step reads " + (sequences == 1 ? "" : "sequences × ")
                            + "layers × k = " + step + " entries, and a unified pool of "
                            + entries + " under " + policy + " forgets most before its turn comes again;"
                            + " use --kv-policy next-visit or --kv-sharing layer");
        }
    }

    private static boolean survives(String policy) {
        return policy.startsWith("next-visit") || policy.startsWith("quota");
    }
}
