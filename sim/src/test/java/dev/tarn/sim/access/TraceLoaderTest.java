package dev.tarn.sim.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.sim.Traces;
import dev.tarn.trace.TraceException;
import org.junit.jupiter.api.Test;

class TraceLoaderTest {
    @Test
    void load_groupsOfOneLayer_becomeOneBatchWithoutTheOwnPosition() {
        var trace = Traces.load(2, Traces.group(3, 0, 9, 5, 0, 1, 4), Traces.group(3, 0, 9, 5, 1, 0, 4, 9));
        assertThat(trace.batches()).isEqualTo(1);
        assertThat(trace.selected()).containsExactly(0, 1, 4);
        assertThat(trace.ownSelected(0)).isTrue();
        assertThat(trace.selectionSize(0)).isEqualTo(4);
        assertThat(trace.distinctEntries()).isEqualTo(4);
        assertThat(trace.lanes()).containsExactly(new Lane(5, 3));
    }

    @Test
    void load_interleavedRequests_keepTheOrderOfTheTrace() {
        var trace = Traces.load(
                2,
                Traces.row(1, 0, 9, 0, 1),
                Traces.row(0, 0, 9, 0, 2),
                Traces.row(1, 1, 10, 0, 3),
                Traces.row(0, 1, 10, 0, 4));
        assertThat(trace.selected()).containsExactly(1, 2, 3, 4);
        assertThat(trace.batchesByLane()).isDeepEqualTo(new int[][] {{1, 3}, {0, 2}});
        assertThat(trace.sequenceSteps()).isEqualTo(4);
    }

    @Test
    void load_stepTwice_namesTheRowAndBothSteps() {
        assertThatThrownBy(() -> Traces.load(
                        2, Traces.row(0, 4, 9, 0, 1), Traces.row(0, 5, 10, 0, 1), Traces.row(0, 4, 9, 0, 2)))
                .isInstanceOf(TraceException.class)
                .hasMessage("trace row 2, step: 4 after 5 in request 0, layer 0;"
                        + " sort the rows by (request, step, layer, group)");
    }

    @Test
    void load_sameGroupTwice_isRefused() {
        assertThatThrownBy(() -> Traces.load(2, Traces.group(0, 0, 9, 0, 1, 1), Traces.group(0, 0, 9, 0, 1, 2)))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("trace row 1, group: 1 after 1");
    }

    @Test
    void load_indexBeyondPosition_isRefused() {
        assertThatThrownBy(() -> Traces.load(2, Traces.row(0, 0, 9, 0, 1, 10)))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("trace row 0, indices: 10 after 1 at position 9");
    }

    @Test
    void load_indicesNotAscending_isRefused() {
        assertThatThrownBy(() -> Traces.load(2, Traces.row(0, 0, 9, 0, 4, 4)))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("indices must ascend");
    }

    @Test
    void load_groupsAtDifferentPositions_isRefused() {
        assertThatThrownBy(() -> Traces.load(2, Traces.group(0, 0, 9, 0, 0, 1), Traces.group(0, 0, 8, 0, 1, 1)))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("position: 8, but 9");
    }

    @Test
    void streams_farApartPositions_areNumberedDensely() {
        var trace = Traces.load(2, Traces.row(0, 0, 9_001, 0, 1, 700, 9_000), Traces.row(0, 0, 9_001, 1, 5, 9_001));
        var stream = AccessStreams.of(trace, Granularity.TOKEN, Sharing.UNIFIED).getFirst();
        assertThat(stream.ids()).containsExactly(0, 1, 2, 4);
        assertThat(stream.own()).containsExactly(3, 5);
        assertThat(stream.places()).containsExactly(1, 700, 9_000, 9_001, 5, 9_001);
    }

    @Test
    void streams_pages_holdEachTouchedPageOnceAndTheOwnPageApart() {
        var trace = Traces.load(2, Traces.row(0, 0, 35, 0, 1, 2, 17, 35), Traces.row(0, 1, 36, 0, 17, 33, 36));
        var stream =
                AccessStreams.of(trace, new Granularity(16), Sharing.UNIFIED).getFirst();
        // Pages 0, 1 and 2 are touched; page 2 of the first step is touched by its own position only.
        assertThat(stream.ids()).containsExactly(0, 1, 1, 2);
        assertThat(stream.offsets()).containsExactly(0, 2, 4);
        assertThat(stream.own()).containsExactly(2, AccessStream.NO_ENTRY);
        assertThat(stream.universe()).isEqualTo(3);
    }

    @Test
    void streams_sharing_splitsByLayerOrRequest() {
        var trace = Traces.load(2, Traces.random(1, 3, 4, 2, 20, 3));
        assertThat(AccessStreams.of(trace, Granularity.TOKEN, Sharing.UNIFIED)).hasSize(1);
        assertThat(AccessStreams.of(trace, Granularity.TOKEN, Sharing.LAYER)).hasSize(2);
        var requests = AccessStreams.of(trace, Granularity.TOKEN, Sharing.SEQUENCE);
        assertThat(requests)
                .hasSize(3)
                .allSatisfy(stream -> assertThat(stream.batches()).isEqualTo(8));
        assertThat(requests.stream().mapToInt(AccessStream::accesses).sum()).isEqualTo(trace.accesses());
    }

    @Test
    void parse_wrongWords_sayWhatIsKnown() {
        assertThat(Granularity.parseList("token, page:64")).containsExactly(Granularity.TOKEN, new Granularity(64));
        assertThat(Sharing.parseList("unified,layer")).containsExactly(Sharing.UNIFIED, Sharing.LAYER);
        assertThatThrownBy(() -> Granularity.parse("line:64"))
                .hasMessage("unknown granularity 'line:64'; use token or page:N");
        assertThatThrownBy(() -> Granularity.parse("page:0"))
                .hasMessage("granularity page:0 has no tokens; use page:N with N >= 1");
        assertThatThrownBy(() -> Sharing.parse("tenant"))
                .hasMessage("unknown sharing 'tenant'; use unified, layer or sequence");
    }

    @Test
    void requestSequence_idOutsideTheUniverse_isRefused() {
        assertThatThrownBy(() -> RequestSequence.ofDense(new int[] {0, 3}, 3))
                .hasMessage("request 1: id 3 is not in 0..2; number the objects densely");
    }
}
