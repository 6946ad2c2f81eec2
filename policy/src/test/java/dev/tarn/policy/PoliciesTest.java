package dev.tarn.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoliciesTest {
    @Test
    void split_parametersAndSpecs_equalsSignGoesOnWithTheSpecBefore() {
        assertThat(Policies.split("lru, 2q:in=0.2,out=0.6,arc,quota:s3-fifo:small=0.3,ghost=1,random:seed=7"))
                .containsExactly("lru", "2q:in=0.2,out=0.6", "arc", "quota:s3-fifo:small=0.3,ghost=1", "random:seed=7");
    }

    @Test
    void parse_everyName_makesAPolicyOfThatCapacity() {
        for (String name : Policies.names()) {
            var policy = Policies.parse(name).create(new PoolShape(32, 64, 2, 1), 0, ResidencyListener.NONE);
            assertThat(policy.capacity()).as(name).isEqualTo(32);
            assertThat(policy.size()).isZero();
        }
        assertThat(Policies.parse("score-priority").needsScores()).isTrue();
        assertThat(Policies.parse("quota:score-priority").needsScores()).isTrue();
        assertThat(Policies.parse("quota:lru").needsScores()).isFalse();
        assertThat(Policies.page("page-lru")).hasValue(16);
        assertThat(Policies.page("page-lru:32")).hasValue(32);
        assertThat(Policies.page("lru")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "belady|unknown policy 'belady'; use one of lru, fifo, random, clock, lfu, 2q, arc, s3-fifo, sieve,"
                        + " score-priority, page-lru, quota, next-visit",
                "lru:2|policy 'lru:2': '2' is no parameter of it; it has none",
                "2q:size=3|policy '2q:size=3': 'size=3' is no parameter of it; write in=…,out=…",
                "2q:in=1.5|policy '2q:in=1.5': in=1.5 is no part of the capacity; use a number from 0 to 1",
                "2q:in=0.5,in=0.5|policy '2q:in=0.5,in=0.5': in is given twice",
                "random:seed=x|policy 'random:seed=x': seed=x is no seed; use a whole number",
                "page-lru:0|policy 'page-lru:0': '0' is no page; use page-lru:N with N tokens, 1 or more",
                "page-lru:|policy 'page-lru:': '' is no page; use page-lru:N with N tokens, 1 or more",
                "quota:page-lru|policy 'quota:page-lru': a quota is by token; use page-lru alone, with the pool split by layer",
                "quota:lfu:a=1|policy 'lfu:a=1': 'a=1' is no parameter of it; it has none",
            })
    void parse_wrongSpec_saysWhatIsWrongInOneLine(String spec, String message) {
        assertThatThrownBy(() -> Policies.parse(spec))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void random_seedInTheSpec_winsOverTheOneGiven() {
        var pool = new PoolShape(4, 40, 1, 1);
        var first = Policies.parse("random:seed=7").create(pool, 1, ResidencyListener.NONE);
        var second = Policies.parse("random").create(pool, 7, ResidencyListener.NONE);
        for (int id = 0; id < 40; id++) {
            first.serve(0, new int[] {id}, 0, 1);
            second.serve(0, new int[] {id}, 0, 1);
            for (int other = 0; other < 40; other++) {
                assertThat(first.slot(other)).isEqualTo(second.slot(other));
            }
        }
    }
}
