package dev.tarn.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EvictionPolicyTest {
    private static final int UNIVERSE = 12;

    private static EvictionPolicy policy(String name, int capacity) {
        return Policies.parse(name).create(pool(capacity), 7, ResidencyListener.NONE);
    }

    private static PoolShape pool(int capacity) {
        return new PoolShape(capacity, UNIVERSE, 1, 1);
    }

    private static List<Integer> resident(EvictionPolicy policy) {
        return IntStream.range(0, UNIVERSE)
                .filter(id -> policy.slot(id) >= 0)
                .boxed()
                .toList();
    }

    private static int serve(EvictionPolicy policy, int... ids) {
        return policy.serve(0, ids, new float[ids.length], 0, ids.length);
    }

    static Stream<String> names() {
        return Stream.concat(
                Policies.names().stream().map(name -> name.equals("page-lru") ? "page-lru:1" : name),
                Stream.of("2q:in=0,out=0", "s3-fifo:small=1,ghost=0", "quota:s3-fifo:small=0.5", "quota:next-visit"));
    }

    @Test
    void lru_batchUsed_leavesInOrderOfUse() {
        var lru = policy("lru", 3);
        assertThat(serve(lru, 0, 1, 2)).isZero();
        assertThat(serve(lru, 0)).isEqualTo(1);
        assertThat(serve(lru, 3)).isZero();
        // 1 was the oldest: of one batch the lower position is the older.
        assertThat(resident(lru)).containsExactly(0, 2, 3);
    }

    @Test
    void fifo_batchUsed_leavesInOrderOfInsertion() {
        var fifo = policy("fifo", 3);
        serve(fifo, 0, 1, 2);
        assertThat(serve(fifo, 0)).isEqualTo(1);
        serve(fifo, 3);
        assertThat(resident(fifo)).containsExactly(1, 2, 3);
    }

    @Test
    void fifo_oldestInBatch_victimComesFromOutside() {
        var fifo = policy("fifo", 3);
        serve(fifo, 0, 1, 2);
        assertThat(serve(fifo, 0, 5)).isEqualTo(1);
        assertThat(resident(fifo)).containsExactly(0, 2, 5);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void serve_batchLargerThanCapacity_highestPositionsStay(String name) {
        var policy = policy(name, 3);
        serve(policy, 0, 9);
        assertThat(serve(policy, 0, 1, 2, 9, 10)).isEqualTo(2);
        assertThat(resident(policy)).containsExactly(2, 9, 10);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void serve_capacityZero_neverHits(String name) {
        var policy = policy(name, 0);
        assertThat(serve(policy, 1, 2)).isZero();
        policy.insert(0, 3);
        assertThat(serve(policy, 1, 2, 3)).isZero();
        assertThat(policy.size()).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void insert_entryOfThePosition_isResidentWithoutBeingCounted(String name) {
        var policy = policy(name, 2);
        serve(policy, 1);
        policy.insert(0, 2);
        assertThat(serve(policy, 1, 2)).isEqualTo(2);
        policy.insert(0, 3);
        assertThat(policy.slot(3)).isNotNegative();
        assertThat(policy.size()).isEqualTo(2);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void remove_residentEntry_givesItsSlotToTheNext(String name) {
        var policy = policy(name, 2);
        serve(policy, 1, 2);
        int slot = policy.slot(1);
        policy.remove(0, 1);
        policy.remove(0, 7);
        assertThat(resident(policy)).containsExactly(2);
        serve(policy, 5);
        assertThat(resident(policy)).containsExactly(2, 5);
        assertThat(policy.slot(5)).isEqualTo(slot);
    }

    @Test
    void random_sameSeed_sameVictims() {
        var first = new RandomPolicy(new Room(pool(4)), 11, ResidencyListener.NONE);
        var second = new RandomPolicy(new Room(pool(4)), 11, ResidencyListener.NONE);
        for (int id = 0; id < 200; id++) {
            serve(first, id * 7 % UNIVERSE);
            serve(second, id * 7 % UNIVERSE);
            assertThat(resident(first)).isEqualTo(resident(second));
        }
    }

    @Test
    void random_manySeeds_everyOutsiderLeavesAboutEquallyOften() {
        int[] left = new int[UNIVERSE];
        for (long seed = 0; seed < 3000; seed++) {
            var policy = new RandomPolicy(new Room(pool(4)), seed, ResidencyListener.NONE);
            serve(policy, 0, 1, 2, 3);
            serve(policy, 1, 8);
            for (int id = 0; id < 4; id++) {
                left[id] += policy.slot(id) < 0 ? 1 : 0;
            }
        }
        assertThat(left[1]).isZero();
        assertThat(List.of(left[0], left[2], left[3]))
                .allSatisfy(n -> assertThat(n).isBetween(900, 1100));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void serve_randomBatches_keepsTheRuleAndTellsTheListener(String name) {
        for (long seed = 0; seed < 200; seed++) {
            var random = new SplittableRandom(seed);
            int capacity = random.nextInt(1, 6);
            var told = new Told();
            var policy = Policies.parse(name).create(pool(capacity), seed, told);
            for (int step = 0; step < 40; step++) {
                checkOneBatch(policy, told, random, "seed " + seed + ", step " + step);
                int gone = random.nextInt(UNIVERSE);
                policy.remove(0, gone);
                assertThat(policy.slot(gone)).isNegative();
                assertThat(told.slots).doesNotContainKey(gone);
            }
        }
    }

    private static void checkOneBatch(EvictionPolicy policy, Told told, SplittableRandom random, String where) {
        var batch = new TreeSet<Integer>();
        int count = random.nextInt(0, 8);
        for (int i = 0; i < count; i++) {
            batch.add(random.nextInt(UNIVERSE));
        }
        var before = new TreeSet<>(resident(policy));
        int hits = serve(policy, batch.stream().mapToInt(Integer::intValue).toArray());
        var after = resident(policy);
        assertThat(hits).as(where).isEqualTo((int)
                batch.stream().filter(before::contains).count());
        var highest = new ArrayList<>(batch.descendingSet()).subList(0, Math.min(policy.capacity(), batch.size()));
        assertThat(after).as(where).containsAll(highest);
        var union = new TreeSet<>(before);
        union.addAll(batch);
        assertThat(after).as(where).hasSize(Math.min(policy.capacity(), union.size()));
        assertThat(policy.size()).isEqualTo(after.size());
        assertThat(told.slots.keySet()).as(where).containsExactlyInAnyOrderElementsOf(after);
        told.slots.forEach((id, slot) -> assertThat(policy.slot(id)).isEqualTo(slot));
        assertThat(told.slots.values()).doesNotHaveDuplicates();
    }

    private static final class Told implements ResidencyListener {
        final Map<Integer, Integer> slots = new HashMap<>();

        @Override
        public void evicted(int id, int slot) {
            assertThat(slots.remove(id)).isEqualTo(slot);
        }

        @Override
        public void admitted(int id, int slot) {
            assertThat(slots.put(id, slot)).isNull();
        }
    }
}
