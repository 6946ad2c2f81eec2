package dev.tarn.study.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.attention.AttentionSpecs;
import dev.tarn.engine.decode.TraceHeader;
import dev.tarn.study.StudyException;
import dev.tarn.study.StudyListener;
import dev.tarn.study.Tiny;
import dev.tarn.study.text.TextSource;
import dev.tarn.trace.TraceMetadata;
import dev.tarn.trace.TraceReader;
import dev.tarn.trace.TraceRow;
import dev.tarn.trace.Traces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceStudyTest {
    private static final int CONTEXT = 90;
    private static final int STEPS = 20;
    private static Tiny tiny;
    private static TextSource text;

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() {
        tiny = new Tiny(2);
        text = Tiny.books().getFirst();
    }

    @AfterAll
    static void close() {
        tiny.close();
    }

    private static TraceOptions options(String attention, TraceSource source) {
        return new TraceOptions(AttentionSpecs.parse(attention), CONTEXT, STEPS, source, false);
    }

    private List<TraceRow> trace(TraceOptions options, StudyListener listener) {
        Path file = folder.resolve(options.source() + ".parquet");
        new TraceStudy(tiny.model, tiny.decoder, options).run(text, file, "9.9.9", listener);
        List<TraceRow> rows = new ArrayList<>();
        try (TraceReader reader = Traces.open(file)) {
            reader.forEachRemaining(rows::add);
        }
        return rows;
    }

    /** k = 96 lies inside the run: the first steps see at most k candidates and are dense, the others select k. */
    @Test
    void trace_readBack_hasEveryStepAndLayerInOrder() {
        Tiny.Progress progress = new Tiny.Progress();
        List<TraceRow> rows = trace(options("dsa:k=96", TraceSource.TEXT), progress);

        int layers = tiny.decoder.architecture().layers();
        assertThat(rows).hasSize(STEPS * layers);
        for (int i = 0; i < rows.size(); i++) {
            TraceRow row = rows.get(i);
            assertThat(row.request()).isZero();
            assertThat(row.step()).isEqualTo(i / layers);
            assertThat(row.layer()).isEqualTo(i % layers);
            assertThat(row.position()).isEqualTo(CONTEXT + i / layers);
            assertThat(row.group()).isEqualTo(TraceRow.ALL_HEADS);
            int[] indices = row.indices();
            assertThat(indices)
                    .hasSize(Math.min(96, row.position() + 1))
                    .isSorted()
                    .doesNotHaveDuplicates();
            assertThat(indices[indices.length - 1]).isLessThanOrEqualTo(row.position());
            assertThat(row.scores()).isNull();
        }
        assertThat(progress.parts).containsExactly("trace");
        assertThat(progress.done).containsExactly((long) CONTEXT + STEPS).isEqualTo(progress.totals);
    }

    @Test
    void metadata_saysModelAttentionSourceAndPrompt() {
        trace(options("dsa:k=96", TraceSource.TEXT), new Tiny.Progress());

        try (TraceReader reader = Traces.open(folder.resolve("text.parquet"))) {
            TraceMetadata metadata = reader.metadata();
            assertThat(metadata.tarnVersion()).isEqualTo("9.9.9");
            assertThat(metadata.model()).isEqualTo(tiny.model.name());
            assertThat(metadata.attention()).startsWith("dsa:k=96");
            assertThat(metadata.layers()).isEqualTo(8);
            assertThat(metadata.kvHeads()).isEqualTo(2);
            assertThat(metadata.entryBytes()).isEqualTo(tiny.decoder.kvShape().entryBytes());
            assertThat(metadata.k()).isEqualTo(96);
            assertThat(metadata.block()).isEqualTo(1);
            int[] prompt = Arrays.copyOf(tiny.tokenizer().encodeWithBos(text.content(), false), CONTEXT);
            assertThat(metadata.promptSha256()).isEqualTo(TraceHeader.hash(prompt));
            assertThat(metadata.more())
                    .containsEntry("source", "text")
                    .containsEntry("text", text.name())
                    .containsEntry("model_sha256", tiny.model.sha256());
        }
    }

    /** SHA-256 of 01000000 00010000 in hex, computed by sha256sum. */
    @Test
    void promptHash_ofTwoIds_isThatOfTheirLittleEndianBytes() {
        assertThat(TraceHeader.hash(new int[] {1, 256}))
                .isEqualTo("242045e2f1bb37769b514f182fd91b3d215324cb57f187cced1e9c62921dbac3");
    }

    @Test
    void source_decidesWhatIsDecoded() {
        List<TraceRow> forced = trace(options("dsa:k=32", TraceSource.TEXT), new Tiny.Progress());
        List<TraceRow> again = trace(options("dsa:k=32", TraceSource.TEXT), new Tiny.Progress());
        List<TraceRow> greedy = trace(options("dsa:k=32", TraceSource.GREEDY), new Tiny.Progress());

        assertThat(selections(again)).isEqualTo(selections(forced));
        assertThat(selections(greedy)).isNotEqualTo(selections(forced));
    }

    private static List<List<Integer>> selections(List<TraceRow> rows) {
        return rows.stream()
                .map(row -> Arrays.stream(row.indices()).boxed().toList())
                .toList();
    }

    @Test
    void scores_askedFor_standBesideThePositionsThatTheyChose() {
        TraceOptions options = new TraceOptions(AttentionSpecs.parse("dsa:k=32"), CONTEXT, 2, TraceSource.TEXT, true);

        List<TraceRow> rows = trace(options, new Tiny.Progress());

        assertThat(rows).allSatisfy(row -> assertThat(row.scores()).hasSize(32));
    }

    @Test
    void run_broken_leavesNoFile() {
        StudyListener failing = new StudyListener() {
            private long steps;

            @Override
            public void begin(String part, long total) {}

            @Override
            public void advance(long more) {
                steps += more;
                if (steps > CONTEXT + 4) {
                    throw new IllegalStateException("pulled the plug");
                }
            }
        };

        assertThatThrownBy(() -> trace(options("dsa:k=32", TraceSource.TEXT), failing))
                .hasMessage("pulled the plug");
        assertThat(folder.toFile().list()).isEmpty();
    }

    @Test
    void run_thatCannotBeMade_isRefusedInOneLineAndLeavesNoFile() {
        Path file = folder.resolve("t.parquet");
        TextSource few = new TextSource("few.txt", "Only some words.");
        TraceStudy study = new TraceStudy(tiny.model, tiny.decoder, options("dense", TraceSource.TEXT));
        TraceStudy endless = new TraceStudy(
                tiny.model,
                tiny.decoder,
                new TraceOptions(AttentionSpecs.parse("dense"), 8000, 193, TraceSource.GREEDY, false));

        assertThatThrownBy(() -> study.run(few, file, "1", new Tiny.Progress()))
                .isInstanceOf(StudyException.class)
                .hasMessageMatching("few.txt: has \\d+ tokens, but the trace needs 110;"
                        + " give a longer text, or trace fewer steps or less context");
        assertThatThrownBy(() -> endless.run(text, file, "1", new Tiny.Progress()))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("ends at 8193, but the model's context holds 8192");
        assertThat(Files.exists(file)).isFalse();
        assertThatThrownBy(() -> new TraceOptions(AttentionSpecs.parse("dense"), 1, 0, TraceSource.TEXT, false))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
