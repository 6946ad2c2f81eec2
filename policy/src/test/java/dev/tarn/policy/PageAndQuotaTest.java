package dev.tarn.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The policies made of other policies. */
class PageAndQuotaTest {
    @Test
    void pageLru_byHand_pagesLieTogetherAndLeaveTogether() {
        var heard = new ArrayList<String>();
        var policy = Policies.parse("page-lru:4").create(new PoolShape(11, 40, 1, 1), 0, new ResidencyListener() {
            @Override
            public void evicted(int id, int slot) {
                heard.add("-" + id + "@" + slot);
            }

            @Override
            public void admitted(int id, int slot) {
                heard.add("+" + id + "@" + slot);
            }
        });
        assertThat(policy.capacity()).isEqualTo(8);
        assertThat(policy.serve(0, new int[] {1, 2, 3, 9}, 0, 4)).isZero();
        assertThat(policy.serve(0, new int[] {0, 1}, 0, 2)).isEqualTo(1);
        policy.insert(0, 30);
        assertThat(heard).containsExactly("+0@0", "+8@4", "-8@4", "+28@4");
        assertThat(policy.slot(3)).isEqualTo(3);
        assertThat(policy.slot(30)).isEqualTo(6);
        assertThat(policy.slot(9)).isNegative();
        policy.remove(0, 2);
        assertThat(policy.slot(1)).isNegative();
        assertThat(policy.size()).isEqualTo(4);
    }

    /** Each layer's share is the policy alone on that layer: same hits, same residents, slots of its own. */
    @ParameterizedTest
    @ValueSource(
            strings = {"lru", "arc", "2q", "s3-fifo", "sieve", "clock", "lfu", "score-priority", "next-visit", "random"
            })
    void quota_randomBatches_equalsTheSharePolicyOnEachLayerAlone(String share) {
        for (long seed = 0; seed < 40; seed++) {
            var random = new SplittableRandom(seed);
            int layers = random.nextInt(1, 4);
            int sequences = random.nextInt(1, 3);
            int capacity = random.nextInt(20);
            var quota = Policies.parse("quota:" + share)
                    .create(new PoolShape(capacity, 60, layers, sequences), seed, ResidencyListener.NONE);
            var alone = new ArrayList<EvictionPolicy>();
            for (int layer = 0; layer < layers; layer++) {
                int slots = capacity / layers + (layer < capacity % layers ? 1 : 0);
                alone.add(Policies.parse(share)
                        .create(new PoolShape(slots, 60, 1, sequences), seed + layer, ResidencyListener.NONE));
            }
            for (int step = 0; step < 200; step++) {
                int lane = random.nextInt(layers * sequences);
                int[] ids = batch(random, lane, layers * sequences);
                float[] scores = new float[ids.length];
                for (int i = 0; i < ids.length; i++) {
                    scores[i] = (float) random.nextDouble();
                }
                var single = alone.get(lane % layers);
                assertThat(quota.serve(lane, ids, scores, 0, ids.length))
                        .isEqualTo(single.serve(lane / layers, ids, scores, 0, ids.length));
                int gone = lane + layers * sequences * random.nextInt(5);
                quota.remove(lane, gone);
                single.remove(lane / layers, gone);
                check(quota, alone, layers, sequences);
            }
        }
    }

    private static int[] batch(SplittableRandom random, int lane, int lanes) {
        var ids = new TreeSet<Integer>();
        for (int i = random.nextInt(6); i > 0; i--) {
            ids.add(lane + lanes * Math.min(random.nextInt(60 / lanes), random.nextInt(60 / lanes)));
        }
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }

    private static void check(EvictionPolicy quota, List<EvictionPolicy> alone, int layers, int sequences) {
        var slots = new HashSet<Integer>();
        for (int id = 0; id < 60; id++) {
            int layer = id % (layers * sequences) % layers;
            assertThat(quota.slot(id) >= 0).isEqualTo(alone.get(layer).slot(id) >= 0);
            if (quota.slot(id) >= 0) {
                assertThat(slots.add(quota.slot(id))).isTrue();
                assertThat(quota.slot(id)).isLessThan(quota.capacity());
            }
        }
        assertThat(quota.size()).isEqualTo(slots.size());
    }
}
