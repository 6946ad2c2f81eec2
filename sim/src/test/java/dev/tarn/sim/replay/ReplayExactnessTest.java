package dev.tarn.sim.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tarn.policy.Policies;
import dev.tarn.sim.Traces;
import dev.tarn.sim.access.AccessStream;
import dev.tarn.sim.access.AccessStreams;
import dev.tarn.sim.access.Granularity;
import dev.tarn.sim.access.Lanes;
import dev.tarn.sim.access.RequestSequence;
import dev.tarn.sim.access.Sharing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The fast algorithms against brute force, and against one another. */
class ReplayExactnessTest {
    private record Batch(int[] ids, int own) {}

    /** Every batch over the ids below {@code universe}, with every own entry that is higher than the batch, and without. */
    private static List<Batch> allBatches(int universe) {
        var batches = new ArrayList<Batch>();
        for (int set = 0; set < 1 << universe; set++) {
            int bits = set;
            int[] ids = IntStream.range(0, universe)
                    .filter(id -> (bits >> id & 1) == 1)
                    .toArray();
            batches.add(new Batch(ids, AccessStream.NO_ENTRY));
            for (int own = ids.length == 0 ? 0 : ids[ids.length - 1] + 1; own < universe; own++) {
                batches.add(new Batch(ids, own));
            }
        }
        return batches;
    }

    private static AccessStream stream(int universe, List<Batch> batches) {
        int[] ids = batches.stream().flatMapToInt(b -> Arrays.stream(b.ids)).toArray();
        int[] offsets = new int[batches.size() + 1];
        for (int b = 0; b < batches.size(); b++) {
            offsets[b + 1] = offsets[b] + batches.get(b).ids.length;
        }
        int[] own = batches.stream().mapToInt(Batch::own).toArray();
        return new AccessStream(
                universe,
                ids,
                offsets,
                own,
                IntStream.range(0, universe).toArray(),
                false,
                new Lanes(new int[own.length], 1, 1),
                null);
    }

    /** Those whose unit is the stream's and that need no scores. */
    private static List<String> unitPolicies() {
        return Stream.concat(Policies.names().stream(), Stream.of("quota:arc", "quota:next-visit"))
                .filter(name ->
                        Policies.page(name).isEmpty() && !Policies.parse(name).needsScores())
                .toList();
    }

    private static void checkAgainstBruteForce(AccessStream stream, int maxCapacity) {
        LruCurve curve = LruCurve.of(stream);
        NextUse next = NextUse.of(stream);
        long before = 0;
        for (int capacity = 0; capacity <= maxCapacity; capacity++) {
            long lru = BruteForce.lruHits(stream, capacity);
            long opt = OptReplay.hits(stream, next, capacity);
            if (curve.hits(capacity) != lru
                    || PolicyReplay.hits(stream, Policies.parse("lru"), capacity, 0) != lru
                    || opt != BruteForce.optHits(stream, capacity)
                    || opt < before) {
                assertThat(List.of(
                                curve.hits(capacity),
                                PolicyReplay.hits(stream, Policies.parse("lru"), capacity, 0),
                                opt))
                        .as(
                                "ids %s offsets %s own %s capacity %s",
                                Arrays.toString(stream.ids()),
                                Arrays.toString(stream.offsets()),
                                Arrays.toString(stream.own()),
                                capacity)
                        .containsExactly(lru, lru, BruteForce.optHits(stream, capacity));
                assertThat(opt).isGreaterThanOrEqualTo(before);
            }
            for (String policy : unitPolicies()) {
                assertThat(PolicyReplay.hits(stream, Policies.parse(policy), capacity, 3) <= opt)
                        .as(policy)
                        .isTrue();
            }
            before = opt;
        }
    }

    @Test
    void lruAndOpt_allTracesOfFourBatchesOverThreeIds_equalBruteForce() {
        var batches = allBatches(3);
        int n = batches.size();
        assertThat(n).isEqualTo(15);
        for (int code = 0; code < n * n * n * n; code++) {
            var trace = List.of(
                    batches.get(code % n),
                    batches.get(code / n % n),
                    batches.get(code / n / n % n),
                    batches.get(code / n / n / n));
            checkAgainstBruteForce(stream(3, trace), 3);
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, 150);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void lruAndOpt_randomTraces_equalBruteForce(long seed) {
        var random = new SplittableRandom(seed);
        int universe = random.nextInt(2, 8);
        var batches = allBatches(universe);
        var trace = IntStream.range(0, random.nextInt(1, 40))
                .mapToObj(i -> batches.get(random.nextInt(batches.size())))
                .toList();
        checkAgainstBruteForce(stream(universe, trace), universe + 1);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void lruAndOpt_randomRequestSequences_equalBruteForceWithAdmission(long seed) {
        var random = new SplittableRandom(seed);
        int[] objects = random.ints(random.nextInt(1, 60), 100, 107).toArray();
        AccessStream stream = RequestSequence.of(objects);
        LruCurve curve = LruCurve.of(stream);
        NextUse next = NextUse.of(stream);
        for (int capacity = 1; capacity <= 8; capacity++) {
            assertThat(curve.hits(capacity)).isEqualTo(BruteForce.lruHits(stream, capacity));
            assertThat(PolicyReplay.hits(stream, Policies.parse("lru"), capacity, 0))
                    .isEqualTo(curve.hits(capacity));
            assertThat(OptReplay.hits(stream, next, capacity)).isEqualTo(BruteForce.optHits(stream, capacity));
        }
    }

    @Test
    void optOfRequests_capacityOne_mustAdmitEveryRequest() {
        // Kept through, object 7 would hit; but 8 has to enter the only slot.
        AccessStream stream = RequestSequence.of(new int[] {7, 8, 7});
        assertThat(OptReplay.hits(stream, NextUse.of(stream), 1)).isZero();
        assertThat(OptReplay.hits(stream, NextUse.of(stream), 2)).isEqualTo(1);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void lru_allGranularitiesAndSharings_curveEqualsPolicyClass(long seed) {
        var random = new SplittableRandom(seed);
        var rows = Traces.random(seed, random.nextInt(1, 4), 12, random.nextInt(1, 4), random.nextInt(0, 90), 6);
        var trace = Traces.load(6, rows);
        for (Granularity granularity : List.of(Granularity.TOKEN, new Granularity(3), new Granularity(16))) {
            for (Sharing sharing : Sharing.values()) {
                for (AccessStream stream : AccessStreams.of(trace, granularity, sharing)) {
                    LruCurve curve = LruCurve.of(stream);
                    for (int capacity = 0; capacity <= stream.universe() + 1; capacity++) {
                        assertThat(PolicyReplay.hits(stream, Policies.parse("lru"), capacity, 0))
                                .isEqualTo(curve.hits(capacity));
                    }
                    assertThat(curve.hits(stream.universe() / 2))
                            .isEqualTo(BruteForce.lruHits(stream, stream.universe() / 2));
                }
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void opt_largerTraces_neverMissesMoreThanAnyPolicyAndIsMonotone(long seed) {
        var trace = Traces.load(20, Traces.random(seed, 2, 10, 2, 200, 20));
        Pools pools = Pools.of(trace, Granularity.TOKEN, Sharing.UNIFIED);
        long before = 0;
        for (int capacity = 0; capacity < trace.distinctEntries(); capacity += 13) {
            long opt = pools.hits("opt", capacity, 0);
            assertThat(opt).isBetween(before, pools.accesses());
            for (String policy : unitPolicies()) {
                assertThat(pools.hits(policy, capacity, seed)).as(policy).isLessThanOrEqualTo(opt);
            }
            before = opt;
        }
    }

    @Test
    void topBitmap_acrossLevels_removesFromTheHighestDown() {
        var random = new SplittableRandom(5);
        int[] values = random.ints(0, 1 << 20).distinct().limit(3000).toArray();
        var bitmap = new TopBitmap(1 << 20);
        Arrays.stream(values).forEach(bitmap::add);
        Arrays.sort(values);
        assertThat(bitmap.removeRange(values[100], values[200])).isEqualTo(100);
        for (int i = values.length - 1; i >= 0; i--) {
            if (i < 100 || i >= 200) {
                bitmap.removeHighest();
                assertThat(bitmap.removeRange(values[i], values[i] + 1)).isZero();
            }
        }
        assertThat(bitmap.removeRange(0, 1 << 20)).isZero();
    }
}
