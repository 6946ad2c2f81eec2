package dev.tarn.engine.prefix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.AttentionSpecs;
import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.kv.EntryType;
import dev.tarn.engine.kv.KvTypes;
import dev.tarn.engine.kv.ScratchFolder;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.reserve.ReserveListener;
import dev.tarn.engine.reserve.ReserveOptions;
import dev.tarn.engine.reserve.Sharing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A prefix that was found changes no bit of what follows. */
class PrefixCacheTest {
    private static final int STEPS = 4;
    private static final List<String> SPECS = List.of(
            "dense",
            "dsa:k=24",
            "dsa:k=300,reuse=2",
            "quest:k=64",
            "arkvale:k=96",
            "psa:eps=0.8,wave=2",
            "psa-token:eps=0.9,wave=32",
            "window:k=40",
            "random:k=30",
            "dsa:k=64,within=quest:16:128");

    /** Golden checkpoints: what is special about their caches is a sliding window, latent attention, a native indexer, shared picks. */
    private static final List<String> GOLDEN =
            List.of("gemma3", "mistral_swa", "deepseek_v32", "glm_moe_dsa", "qwen3_moe", "llama31");

    @TempDir
    private Path folder;

    static Stream<Arguments> settings() {
        Stream<Arguments> tiny = Stream.iterate(1L, seed -> seed + 1).limit(10).map(seed -> Arguments.of("tiny", seed));
        Stream<Arguments> golden =
                GOLDEN.stream().flatMap(name -> Stream.of(1L, 2L).map(seed -> Arguments.of(name, seed)));
        return Stream.concat(tiny, golden);
    }

    /** What is drawn for one model and seed. */
    private static final class Setting {
        final SplittableRandom random;
        final String model;
        final String spec;
        final Precision precision;
        final KvTypes types;

        Setting(String model, long seed) {
            this.model = model;
            this.random = new SplittableRandom(31 * seed + model.hashCode());
            this.precision = random.nextBoolean() ? Precision.EXACT : Precision.FAST;
            EntryType[] entries = EntryType.values();
            this.types = precision.kvTypes().withEntries(entries[random.nextInt(entries.length)]);
            this.spec = model.equals("tiny") ? SPECS.get((int) (seed % SPECS.size())) : "";
        }

        RunningModel open() {
            return new RunningModel(model, 1 + random.nextInt(3), precision, types);
        }
    }

    /** Two prompts that begin alike, from memory and from the folder, on other threads, with and without a file tier. */
    @ParameterizedTest
    @MethodSource("settings")
    void logits_afterAHit_areTheSameBits(String model, long seed) {
        Setting setting = new Setting(model, seed);
        SplittableRandom random = setting.random;
        int most = model.equals("tiny") ? 800 : 500;
        int[] one;
        int[] two;
        int[] more;
        int sparse = random.nextInt(3) == 0 ? random.nextInt(400) : 0;
        float[][] wantOne;
        float[][] wantTwo;
        int common;
        try (RunningModel plain = setting.open()) {
            one = plain.tokens(Decoder.BATCH + 1 + random.nextInt(most - Decoder.BATCH), seed);
            common = Decoder.BATCH + random.nextInt(one.length - Decoder.BATCH);
            two = plain.tokens(common + 1 + random.nextInt(most + 1 - common), seed + 1);
            System.arraycopy(one, 0, two, 0, common);
            two[common] = (one[Math.min(common, one.length - 1)] + 1)
                    % plain.decoder.architecture().vocabulary();
            more = plain.tokens(STEPS, seed + 2);
            wantOne = run(plain, setting, one, sparse, more);
            wantTwo = run(plain, setting, two, sparse, more);
        }
        List<String> warnings = new ArrayList<>();
        PrefixOptions options = new PrefixOptions(
                setting.precision + "",
                folder.resolve("prefixes"),
                1L << 30,
                random.nextInt(3) * 4_000_000L,
                warnings::add);
        try (RunningModel first = setting.open()) {
            first.decoder.keepPrefixes(options);
            assertThat(run(first, setting, one, sparse, more)).isDeepEqualTo(wantOne);
            first.decoder.prefixes().flush();
            assertThat(first.decoder.prefixes().counters().hit()).isZero();
            assertThat(run(first, setting, two, sparse, more)).isDeepEqualTo(wantTwo);
            long hit = first.decoder.prefixes().counters().hit();
            if (sparse == 0 && !first.decoder.isNativelySparse()) {
                assertThat(hit).isEqualTo(Math.min(common, two.length - 1) / Decoder.BATCH * Decoder.BATCH);
            }
        }
        try (RunningModel second = setting.open()) {
            if (random.nextBoolean()) {
                second.decoder.keepEntriesIn(new ScratchFolder(folder));
            }
            if (second.decoder.selectingLayers() > 0) {
                second.decoder.reserve(
                        new ReserveOptions(random.nextInt(900), Sharing.UNIFIED, "lru", 1, 0),
                        ReserveListener.NONE,
                        UnaryOperator.identity());
            }
            second.decoder.keepPrefixes(options);
            assertThat(run(second, setting, one, sparse, more)).isDeepEqualTo(wantOne);
            assertThat(run(second, setting, two, sparse, more)).isDeepEqualTo(wantTwo);
            assertThat(run(second, setting, one, sparse, more)).isDeepEqualTo(wantOne);
            long each = (one.length - 1) / Decoder.BATCH * Decoder.BATCH;
            long other = (two.length - 1) / Decoder.BATCH * Decoder.BATCH;
            assertThat(second.decoder.prefixes().counters().hit()).isEqualTo(2 * each + other);
        }
        assertThat(warnings).isEmpty();
    }

    private static float[][] run(RunningModel model, Setting setting, int[] prompt, int sparse, int[] more) {
        try (Sequence sequence = model.sequence(setting.spec)) {
            return model.run(sequence, prompt, prompt.length - Math.min(prompt.length, sparse), more);
        }
    }

    /** One sequence is cut back into the shared part and told something else; another one that shares it is not disturbed. */
    @Test
    void sequence_thatWritesIntoASharedPrefix_getsPagesOfItsOwn() {
        Setting setting = new Setting("tiny", 1);
        try (RunningModel plain = setting.open();
                RunningModel model = setting.open()) {
            int[] prompt = plain.tokens(700, 5);
            int[] other = plain.tokens(90, 6);
            int[] more = plain.tokens(STEPS, 7);
            float[][] want = run(plain, setting, prompt, 0, more);
            float[][] wantCut;
            try (Sequence sequence = plain.sequence("dsa:k=24")) {
                plain.run(sequence, prompt, prompt.length, more);
                sequence.truncate(301);
                wantCut = plain.run(sequence, other, Integer.MAX_VALUE, more);
            }
            model.decoder.keepPrefixes(new PrefixOptions("test", null, 0, 1L << 30, _ -> {}));
            run(model, setting, prompt, 0, more);
            try (Sequence cut = model.sequence("dsa:k=24");
                    Sequence beside = model.sequence(setting.spec)) {
                model.run(cut, prompt, prompt.length, more);
                beside.prefill(prompt, prompt.length, _ -> {});
                cut.truncate(301);
                assertThat(model.run(cut, other, Integer.MAX_VALUE, more)).isDeepEqualTo(wantCut);
                assertThat(decode(model, beside, more)).isDeepEqualTo(Arrays.copyOfRange(want, 1, want.length));
            }
            assertThat(run(model, setting, prompt, 0, more)).isDeepEqualTo(want);
            assertThat(model.decoder.prefixes().counters().hit()).isEqualTo(3 * 512);
        }
    }

    private static float[][] decode(RunningModel model, Sequence sequence, int[] tokens) {
        float[][] logits = new float[tokens.length][model.decoder.architecture().vocabulary()];
        for (int i = 0; i < tokens.length; i++) {
            sequence.decode(tokens[i]);
            sequence.readLogits(logits[i]);
        }
        return logits;
    }

    /** What was read sparsely is found only by who reads it the same way; what was read densely, by everybody. */
    @Test
    void prefix_isFound_onlyWhereItAttendedTheSameWay() {
        try (RunningModel model = new Setting("tiny", 1).open()) {
            model.decoder.keepPrefixes(new PrefixOptions("test", null, 0, 1L << 30, _ -> {}));
            int[] prompt = model.tokens(1025, 5);
            assertThat(hit(model, "dsa:k=24", prompt, 600)).isZero();
            assertThat(hit(model, "dsa:k=24", prompt, 600)).isEqualTo(1024);
            assertThat(hit(model, "dsa:k=25", prompt, 600)).isEqualTo(512);
            assertThat(hit(model, "dsa:k=24", prompt, 601)).isEqualTo(512);
            assertThat(hit(model, "dense", prompt, 0)).isEqualTo(512);
            assertThat(hit(model, "quest:k=64", prompt, Integer.MAX_VALUE)).isEqualTo(1024);
        }
    }

    private static long hit(RunningModel model, String spec, int[] prompt, int sparseFrom) {
        long before = model.decoder.prefixes().counters().hit();
        try (Sequence sequence = model.sequence(spec)) {
            sequence.prefill(prompt, sparseFrom, _ -> {});
        }
        return model.decoder.prefixes().counters().hit() - before;
    }

    /** Somebody who measures selections must be told of all of them, found or not. */
    @Test
    void listener_isToldOfEveryRowThatSelects() {
        try (RunningModel model = new Setting("tiny", 1).open()) {
            model.decoder.keepPrefixes(new PrefixOptions("test", null, 0, 1L << 30, _ -> {}));
            int[] prompt = model.tokens(700, 5);
            AttentionSpec spec = AttentionSpecs.parse("dsa:k=24");
            hit(model, "dsa:k=24", prompt, 300);
            int[] told = {0};
            try (Sequence sequence = new Sequence(
                    model.decoder,
                    model.decoder.attention(spec, (input, row, group, selection, scores) -> told[0]++))) {
                sequence.prefill(prompt, 300, _ -> {});
            }
            assertThat(told[0]).isEqualTo(400 * model.decoder.architecture().layers());
            assertThat(model.decoder.prefixes().counters().hit()).isEqualTo(256);
        }
    }
}
