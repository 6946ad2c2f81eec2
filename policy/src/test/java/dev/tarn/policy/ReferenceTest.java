package dev.tarn.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each policy against its plain twin in {@link ReferencePolicy}, batch by batch, and against sequences worked out by hand. */
class ReferenceTest {
    private static final int UNIVERSE = 60;

    static Stream<String> specs() {
        return Stream.of(
                "lru",
                "fifo",
                "clock",
                "sieve",
                "lfu",
                "2q",
                "2q:in=0.5,out=1",
                "arc",
                "s3-fifo",
                "s3-fifo:small=0.4,ghost=0.5",
                "score-priority",
                "next-visit");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("specs")
    void serve_randomBatches_equalsTheReference(String spec) {
        for (long seed = 0; seed < 150; seed++) {
            var random = new SplittableRandom(seed);
            var shape = new PoolShape(random.nextInt(0, 30), UNIVERSE, random.nextInt(1, 4), random.nextInt(1, 3));
            new Comparison(spec, shape, random, seed).run(10, 250);
        }
    }

    /** Requests one by one, as the papers have them. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("specs")
    void serve_singleRequests_equalTheReference(String spec) {
        for (long seed = 0; seed < 50; seed++) {
            var random = new SplittableRandom(seed);
            new Comparison(spec, new PoolShape(random.nextInt(1, 20), UNIVERSE, 1, 1), random, seed).run(1, 1500);
        }
    }

    /** Long enough that the counts of classes fade. */
    @Test
    void nextVisit_manyVisits_equalsTheReference() {
        var random = new SplittableRandom(5);
        new Comparison("next-visit", new PoolShape(25, UNIVERSE, 3, 1), random, 5).run(10, 12_000);
    }

    private static final class Comparison {
        private final PoolShape shape;
        private final SplittableRandom random;
        private final EvictionPolicy policy;
        private final ReferencePolicy reference;
        private final String where;
        private final List<TreeSet<Integer>> selections = new ArrayList<>();

        Comparison(String spec, PoolShape shape, SplittableRandom random, long seed) {
            this.shape = shape;
            this.random = random;
            policy = Policies.parse(spec).create(shape, seed, ResidencyListener.NONE);
            reference = ReferencePolicy.of(spec, shape);
            where = spec + ", seed " + seed + ", " + shape + ", step ";
            for (int lane = 0; lane < shape.lanes(); lane++) {
                selections.add(new TreeSet<>());
            }
        }

        void run(int most, int steps) {
            for (int step = 0; step < steps; step++) {
                int lane = random.nextInt(20) == 0 ? random.nextInt(shape.lanes()) : step % shape.lanes();
                int[] ids = next(lane, most);
                float[] scores = new float[ids.length];
                List<Float> boxed = new ArrayList<>();
                for (int i = 0; i < ids.length; i++) {
                    scores[i] = random.nextInt(-3, 6) / 2f;
                    boxed.add(scores[i]);
                }
                int hits = policy.serve(lane, ids, scores, 0, ids.length);
                assertThat(hits)
                        .as(where + step)
                        .isEqualTo(reference.serve(
                                lane, true, IntStream.of(ids).boxed().toList(), boxed));
                check(step);
                if (most > 1) {
                    insertAndRemove(lane, step);
                }
            }
        }

        private void insertAndRemove(int lane, int step) {
            if (random.nextInt(3) == 0) {
                int own = idIn(lane);
                policy.insert(lane, own);
                reference.serve(lane, false, List.of(own), List.of(0f));
                check(step);
            }
            int ended = random.nextInt(40);
            for (int i = 0; ended < 2 && i < 20; i++) {
                int gone = random.nextInt(UNIVERSE);
                policy.remove(gone % shape.lanes(), gone);
                reference.remove(gone);
                check(step);
            }
        }

        private int idIn(int lane) {
            int count = (UNIVERSE - lane + shape.lanes() - 1) / shape.lanes();
            // Low ids are asked for more often, so that there is something to learn.
            return lane + shape.lanes() * Math.min(random.nextInt(count), random.nextInt(count));
        }

        /** A part of what the lane selected before, and some new. */
        private int[] next(int lane, int most) {
            var selection = selections.get(lane);
            selection.removeIf(id -> random.nextInt(3) == 0);
            int count = most == 1 ? 1 : random.nextInt(most + 1);
            if (most == 1) {
                selection.clear();
            }
            for (int tries = 0; selection.size() < count && tries < 50; tries++) {
                selection.add(idIn(lane));
            }
            return selection.stream().mapToInt(Integer::intValue).toArray();
        }

        private void check(int step) {
            var resident = IntStream.range(0, UNIVERSE)
                    .filter(id -> policy.slot(id) >= 0)
                    .boxed()
                    .toList();
            assertThat(resident).as(where + step).isEqualTo(List.copyOf(reference.resident));
            assertThat(policy.size()).isEqualTo(resident.size());
        }
    }

    /** Requests one by one; what is resident at the end. */
    private static List<Integer> after(String spec, int capacity, int... requests) {
        var policy = Policies.parse(spec).create(new PoolShape(capacity, 30, 1, 1), 0, ResidencyListener.NONE);
        for (int id : requests) {
            policy.serve(0, new int[] {id}, 0, 1);
        }
        var resident = new ArrayList<Integer>();
        for (int id = 0; id < 30; id++) {
            if (policy.slot(id) >= 0) {
                resident.add(id);
            }
        }
        Collections.sort(resident);
        return resident;
    }

    @Test
    void clock_byHand_givesASecondChanceOnce() {
        assertThat(after("clock", 3, 1, 2, 3, 1, 4)).containsExactly(1, 3, 4);
        assertThat(after("clock", 3, 1, 2, 3, 1, 4, 5)).containsExactly(1, 4, 5);
        assertThat(after("clock", 3, 1, 2, 3, 1, 4, 5, 6)).containsExactly(4, 5, 6);
    }

    /** The figure of the paper: A to G are 1 to 7, of which A, D and G are visited; then H A D I B J. */
    @Test
    void sieve_figureOfThePaper_handStaysWhereItEvicted() {
        int[] start = {1, 2, 3, 4, 5, 6, 7, 1, 4, 7, 8};
        assertThat(after("sieve", 7, start)).containsExactly(1, 3, 4, 5, 6, 7, 8);
        assertThat(after("sieve", 7, 1, 2, 3, 4, 5, 6, 7, 1, 4, 7, 8, 1, 4, 9)).containsExactly(1, 4, 5, 6, 7, 8, 9);
        assertThat(after("sieve", 7, 1, 2, 3, 4, 5, 6, 7, 1, 4, 7, 8, 1, 4, 9, 2, 10))
                .containsExactly(1, 2, 4, 7, 8, 9, 10);
    }

    @Test
    void lfu_byHand_leastUsedThenLeastRecent() {
        assertThat(after("lfu", 3, 1, 1, 2, 2, 3, 4)).containsExactly(1, 2, 4);
        assertThat(after("lfu", 3, 1, 1, 2, 2, 3, 4, 5, 5, 5, 6)).containsExactly(2, 5, 6);
    }

    @Test
    void twoQueue_byHand_secondUseAfterA1outEntersAm() {
        int[] all = {1, 2, 3, 4, 5, 1, 6, 7, 2, 4, 8, 7, 9};
        assertThat(after("2q", 4, 1, 2, 3, 4, 5)).containsExactly(2, 3, 4, 5);
        assertThat(after("2q", 4, 1, 2, 3, 4, 5, 1, 6, 7)).containsExactly(1, 5, 6, 7);
        assertThat(after("2q", 4, all)).containsExactly(4, 7, 8, 9);
    }

    @Test
    void arc_byHand_followsTheFigure() {
        assertThat(after("arc", 2, 1, 2, 1, 3)).containsExactly(1, 3);
        assertThat(after("arc", 2, 1, 2, 1, 3, 2)).containsExactly(2, 3);
        assertThat(after("arc", 2, 1, 2, 1, 3, 2, 4)).containsExactly(3, 4);
        assertThat(after("arc", 2, 1, 2, 1, 3, 2, 4, 1)).containsExactly(1, 4);
    }

    @Test
    void s3Fifo_byHand_smallQueueSiftsAndGhostsReturnToMain() {
        assertThat(after("s3-fifo", 10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11))
                .containsExactly(2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        assertThat(after("s3-fifo", 10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 2, 2, 12, 1))
                .containsExactly(1, 2, 5, 6, 7, 8, 9, 10, 11, 12);
    }
}
