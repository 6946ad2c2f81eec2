package dev.tarn.engine.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttentionSpecsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            dense  | NONE      | 0
            window | RECENCY   | 256
            dsa    | LIGHTNING | 256
            oracle | ORACLE    | 256
            random | RANDOM    | 256
            """)
    void parse_presetAlone_hasItsDefaults(String preset, RankingKind rank, int k) {
        AttentionSpec spec = AttentionSpecs.parse(preset);
        assertThat(AttentionSpecs.presetNames()).contains(preset);
        assertThat(spec.preset()).isEqualTo(preset);
        assertThat(spec.rank()).isEqualTo(rank);
        assertThat(spec.k()).isEqualTo(k);
        assertThat(spec.isDense()).isEqualTo(k == 0);
        assertThat(spec.needsIndexer()).isEqualTo(rank == RankingKind.LIGHTNING);
        assertThat(spec.share()).isEqualTo(Share.LAYER);
        assertThat(spec.seed()).isZero();
        assertThat(spec.sink())
                .isEqualTo(
                        switch (preset) {
                            case "dsa" -> OptionalInt.empty();
                            case "window" -> OptionalInt.of(4);
                            default -> OptionalInt.of(0);
                        });
        assertThat(spec.recent()).isEqualTo(preset.equals("dsa") ? OptionalInt.empty() : OptionalInt.of(0));
    }

    @Test
    void parse_fullForm_takesEachPart() {
        AttentionSpec spec = AttentionSpecs.parse("rank=lightning,unit=token,stop=k:96,sink=4,recent=64,share=head");
        assertThat(spec)
                .isEqualTo(new AttentionSpec(
                        "",
                        RankingKind.LIGHTNING,
                        new StopRule.TopK(96),
                        OptionalInt.of(4),
                        OptionalInt.of(64),
                        Share.HEAD,
                        0));
        assertThat(AttentionSpecs.parse("rank=none,stop=all").isDense()).isTrue();
        assertThat(AttentionSpecs.parse("rank=random,k=7,seed=-3").seed()).isEqualTo(-3);
        assertThat(AttentionSpecs.parse("rank=random,k=7").k()).isEqualTo(7);
    }

    @Test
    void parse_presetWithOptions_overridesDefaults() {
        AttentionSpec spec = AttentionSpecs.parse(" window:k=1000,sink=0,recent=2,share=head ");
        assertThat(spec.k()).isEqualTo(1000);
        assertThat(spec.sink()).hasValue(0);
        assertThat(spec.recent()).hasValue(2);
        assertThat(spec.share()).isEqualTo(Share.HEAD);
        assertThat(AttentionSpecs.parse("DSA:k=64").preset()).isEqualTo("dsa");
    }

    @Test
    void parseList_mixedForms_splitsWhereASpecBeginsAndKeepsOrder() {
        assertThat(AttentionSpecs.parseList("dense,dsa:k=256,sink=4,window"))
                .extracting(AttentionSpec::toString)
                .containsExactly("dense", "dsa:k=256,sink=4,share=layer", "window:k=256,sink=4,recent=0,share=layer");
        assertThat(AttentionSpecs.parseList("oracle:k=3, rank=random,stop=k:9,seed=5,random,rank=none,stop=all,dsa"))
                .extracting(AttentionSpec::rank)
                .containsExactly(
                        RankingKind.ORACLE,
                        RankingKind.RANDOM,
                        RankingKind.RANDOM,
                        RankingKind.NONE,
                        RankingKind.LIGHTNING);
        assertThat(AttentionSpecs.parseList("rank=lightning,stop=k:64,sink=1")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dense",
                "window",
                "window:k=8,sink=0",
                "dsa",
                "dsa:k=64,sink=2",
                "dsa:recent=16,share=head",
                "oracle:k=1",
                "random:k=5,seed=-77",
                "rank=none,stop=all",
                "rank=lightning,stop=k:12",
                "rank=recency,stop=k:12,sink=3,recent=4,share=head",
                "rank=random,k=4,seed=9"
            })
    void toString_anySpec_parsesBackToAnEqualOne(String text) {
        AttentionSpec spec = AttentionSpecs.parse(text);
        assertThat(AttentionSpecs.parse(spec.toString())).isEqualTo(spec);
        AttentionSpec resolved = spec.resolve(2, 32);
        assertThat(AttentionSpecs.parse(resolved.toString())).isEqualTo(resolved);
        assertThat(AttentionSpecs.parseList(spec + "," + resolved)).containsExactly(spec, resolved);
    }

    @Test
    void resolve_unstatedSinkAndRecent_comeFromTheIndexer() {
        AttentionSpec open = AttentionSpecs.parse("dsa:k=64").resolve(4, 16);
        assertThat(open.sink()).hasValue(4);
        assertThat(open.recent()).hasValue(16);
        AttentionSpec stated = AttentionSpecs.parse("dsa:k=64,sink=0").resolve(4, 16);
        assertThat(stated.sink()).hasValue(0);
        assertThat(stated.recent()).hasValue(16);
        assertThat(AttentionSpecs.parse("window").resolve(9, 9).sink()).hasValue(4);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            sparse                         | unknown preset 'sparse'; known are dense, window, dsa, oracle, random
            ''                             | unknown preset ''; known are dense
            dsa:                           | unknown option ''; known are k, rank, recent, seed, share, sink, stop, unit
            dsa:k                          | unknown option 'k'; known are
            dsa:top=5                      | unknown option 'top'; known are
            dsa:k=5,k=6                    | option k is given twice
            dsa:k=0                        | k is 0; it must be at least 1
            dsa:k=-4                       | k is -4
            dsa:k=99999999999              | k is 99999999999
            dsa:k=many                     | many
            dsa:sink=-1                    | sink is -1; it must not be negative
            dsa:recent=x                   | x
            dsa:share=all                  | share 'all' is unknown; known are layer, head
            random:seed=1.5                | 1.5
            dsa:stop=all                   | preset dsa fixes stop; write the spec in full, starting with rank=
            dsa:unit=token                 | preset dsa fixes unit
            dense:share=head               | option share means nothing to dense attention; leave it out
            dense:sink=3                   | option sink means nothing to dense attention
            rank=none,stop=all,recent=1    | option recent means nothing to dense attention
            dsa:seed=4                     | option seed means nothing to ranking lightning
            dense:k=64                     | dense attention has no budget k
            rank=best,stop=k:3             | rank 'best' is unknown; known are none, recency, random, lightning, oracle
            rank=lightning,unit=block      | unit 'block' is unknown; known is token
            rank=lightning,stop=mass:0.95  | stop rule 'mass:0.95' is unknown; known are all, k:N
            rank=lightning,stop=all        | stop=all takes everything and needs rank=none
            rank=none,stop=k:4             | a budget needs a ranking
            rank=random,stop=k:4,k=5       | the budget is given twice, as stop=k:4 and as k=5
            """)
    void parse_wrongSpec_saysInOneLineWhatIsKnown(String text, String message) {
        assertThatThrownBy(() -> AttentionSpecs.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining(message)
                .extracting(Throwable::getMessage)
                .asString()
                .doesNotContain("\n");
    }
}
