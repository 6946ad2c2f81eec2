package dev.tarn.engine.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttentionSpecsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            dense  | NONE      | 0
            window | RECENCY   | 256
            dsa    | LIGHTNING | 256
            quest  | QUEST     | 1024
            arkvale | CUBOID_MEAN | 1024
            psa    | CUBOID_MEAN | 0
            psa-token | LIGHTNING | 0
            marginal | LIGHTNING | 0
            oracle | ORACLE    | 256
            random | RANDOM    | 256
            """)
    void parse_presetAlone_hasItsDefaults(String preset, RankingKind rank, int k) {
        AttentionSpec spec = AttentionSpecs.parse(preset);
        assertThat(AttentionSpecs.presetNames()).contains(preset);
        assertThat(spec.preset()).isEqualTo(preset);
        assertThat(spec.rank()).isEqualTo(rank);
        assertThat(spec.k()).isEqualTo(k);
        assertThat(spec.isDense()).isEqualTo(preset.equals("dense"));
        assertThat(spec.needsIndexer()).isEqualTo(rank == RankingKind.LIGHTNING);
        assertThat(spec.share()).isEqualTo(rank.needsSummaries() ? Share.HEAD : Share.LAYER);
        assertThat(spec.seed()).isZero();
        assertThat(spec.sink())
                .isEqualTo(
                        switch (preset) {
                            case "dsa", "psa-token", "marginal" -> OptionalInt.empty();
                            case "window" -> OptionalInt.of(4);
                            default -> OptionalInt.of(0);
                        });
        assertThat(spec.recent()).isEqualTo(spec.needsIndexer() ? OptionalInt.empty() : OptionalInt.of(0));
    }

    @Test
    void parse_fullForm_takesEachPart() {
        AttentionSpec spec = AttentionSpecs.parse("rank=lightning,unit=token,stop=k:96,sink=4,recent=64,share=head");
        assertThat(spec)
                .isEqualTo(new AttentionSpec(
                        "",
                        RankingKind.LIGHTNING,
                        null,
                        1,
                        new StopRule.TopK(96),
                        0,
                        OptionalInt.of(4),
                        OptionalInt.of(64),
                        0,
                        Share.HEAD,
                        LayerReuse.NONE,
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
                "rank=random,k=4,seed=9",
                "quest",
                "quest:k=64,block=8,share=layer",
                "arkvale:k=96,sink=4,recent=64",
                "psa",
                "psa:rank=quest,eps=0.9,block=32,wave=2",
                "psa:rank=oracle,eps=1",
                "psa-token:eps=0.99,wave=16,sink=4",
                "marginal:mu=0.00025,reuse=4",
                "marginal:mu=0",
                "oracle:eps=0.5,block=16,share=head",
                "oracle:tau=0.0001",
                "oracle:mu=0.01",
                "dsa:k=64,dense=2,pattern=FSSF",
                "dsa:reuse=1",
                "dsa:k=128,within=mean:32:1024",
                "rank=cuboid-mean,unit=block:16,stop=mass:0.95,wave=8,share=layer",
                "rank=mean,unit=block:4,k=64",
                "rank=lightning,unit=block:16,stop=marginal:0.001",
                "rank=lightning,eps=0.25,within=quest:16:512",
                "rank=oracle,stop=prob:0.0005,share=head"
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
            sparse                         | unknown preset 'sparse'; known are dense, window, dsa, quest, arkvale, psa, psa-token, marginal, oracle, random
            ''                             | unknown preset ''; known are dense
            dsa:                           | unknown option ''; known are block, budgets, dense, eps, k, masses, mu, pattern, rank, recent, reuse, seed, share, sink, stop, tau, unit, wave, within
            dsa:k                          | unknown option 'k'; known are
            dsa:top=5                      | unknown option 'top'; known are
            dsa:k=5,k=6                    | option k is given twice
            dsa:k=0                        | k is 0; it must be at least 1
            dsa:k=-4                       | k is -4
            dsa:k=99999999999              | k is 99999999999; it must be at most 2147483647
            dsa:k=many                     | k is 'many'; it must be a whole number
            dsa:sink=-1                    | sink is -1; it must not be negative
            dsa:recent=x                   | recent is 'x'; it must be a whole number
            dsa:share=all                  | share 'all' is unknown; known are layer, head
            random:seed=1.5                | seed is '1.5'; it must be a whole number
            dsa:stop=all                   | preset dsa fixes stop; write the spec in full, starting with rank=
            dsa:unit=token                 | preset dsa fixes unit
            dsa:rank=quest                 | preset dsa fixes rank
            dsa:block=16                   | preset dsa takes no blocks
            dsa:eps=0.9                    | preset dsa has no eps; its stop rule is set by k or budgets
            psa:k=64                       | preset psa has no k; its stop rule is set by eps
            psa:rank=lightning             | preset psa ranks by cuboid-mean, quest, mean, oracle, not by lightning
            dense:share=head               | option share means nothing to dense attention; leave it out
            dense:sink=3                   | option sink means nothing to dense attention
            dense:reuse=2                  | option reuse means nothing to dense attention
            rank=none,stop=all,recent=1    | option recent means nothing to dense attention
            dsa:seed=4                     | option seed means nothing to ranking lightning
            dense:k=64                     | preset dense has no k; it takes everything
            rank=best,stop=k:3             | rank 'best' is unknown; known are none, recency, random, lightning, quest, cuboid-mean, mean, oracle
            rank=lightning,unit=block      | unit 'block' is unknown; known are token, block:b
            rank=lightning,unit=block:0    | unit is 0; it must be at least 1
            rank=quest,unit=block:16,block=8 | the unit of a spec in full is written unit=block:8
            rank=quest,stop=k:64           | ranking quest ranks blocks; give unit=block:b with b of 2 or more
            quest:block=1                  | ranking quest ranks blocks; give block=b with b of 2 or more
            rank=lightning,stop=top:0.95   | stop rule 'top:0.95' is unknown; known are all, k:N, budgets:FILE, mass:eps, marginal:mu, prob:tau
            rank=lightning,stop=mass:1.5   | eps is '1.5'; it must be a number above 0 and at most 1
            rank=lightning,stop=mass:NaN   | eps is 'NaN'; it must be a number above 0 and at most 1
            psa:eps=0                      | eps is '0'; it must be a number above 0 and at most 1
            marginal:mu=1                  | mu is '1'; it must be a number 0 or more and below 1
            marginal:tau=0                 | tau is '0'; it must be a number above 0 and below 1
            marginal:mu=0.1,tau=0.1        | the stop rule is given twice, as mu=0.1 and as tau=0.1
            rank=lightning,stop=all        | stop=all takes everything and needs rank=none
            rank=none,stop=k:4             | a stop rule needs a ranking
            rank=random,stop=k:4,k=5       | the stop rule is given twice, as stop=k:4 and as k=5
            dsa:wave=8                     | option wave means nothing to stop rule k:256
            psa:wave=0                     | wave is 0; it must be at least 1
            dsa:masses=m.json              | option masses means nothing to stop rule k:256
            rank=quest,unit=block:8,stop=prob:0.1 | stop rule prob needs tokens as units and rank lightning or oracle
            dsa:reuse=2,pattern=FS         | reuse and pattern say the same; give one of them
            dsa:reuse=0                    | reuse is 0; it must be at least 1
            dsa:pattern=SF                 | pattern is 'SF'; it must be of F and S and start with F
            dsa:within=quest:16            | within 'quest:16' must be RANK:b:N, such as quest:16:2048
            dsa:within=oracle:16:64        | within ranks blocks by quest, cuboid-mean or mean, not by oracle
            dsa:within=quest:1:64          | within is 1; it must be at least 2
            quest:within=mean:16:64        | within picks the blocks whose tokens the lightning indexer ranks
            dsa:budgets=nowhere.json       | nowhere.json: no such file
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

    @Test
    void parse_presetsOfTheSpace_haveTheirDefaults() {
        assertThat(AttentionSpecs.parse("psa").stop()).isEqualTo(new StopRule.Mass(0.95));
        assertThat(AttentionSpecs.parse("psa").wave()).isEqualTo(4);
        assertThat(AttentionSpecs.parse("psa").block()).isEqualTo(16);
        assertThat(AttentionSpecs.parse("psa-token").wave()).isEqualTo(64);
        assertThat(AttentionSpecs.parse("marginal").wave()).isEqualTo(64);
        assertThat(AttentionSpecs.parse("quest").block()).isEqualTo(16);
        assertThat(AttentionSpecs.parse("arkvale").block()).isEqualTo(32);
        assertThat(AttentionSpecs.parse("psa")).hasToString("psa:eps=0.95,block=16,wave=4,sink=0,recent=0,share=head");
        assertThat(AttentionSpecs.parse("marginal:mu=1e-4").resolve(4, 64))
                .hasToString("marginal:mu=0.0001,wave=64,sink=4,recent=64,share=layer");
        assertThat(AttentionSpecs.parse(
                        "rank=lightning,unit=token,stop=mass:0.95,wave=64,sink=4,recent=64,share=layer"))
                .hasToString("rank=lightning,unit=token,stop=mass:0.95,wave=64,sink=4,recent=64,share=layer");
    }

    @Test
    void parseList_optionsWithColonsAfterTheirSign_stayWithTheirSpec() {
        assertThat(AttentionSpecs.parseList("psa:rank=quest,eps=0.9,dsa:k=64,within=quest:16:512,rank=oracle,k=3"))
                .extracting(AttentionSpec::rank)
                .containsExactly(RankingKind.QUEST, RankingKind.LIGHTNING, RankingKind.ORACLE);
    }

    @Test
    void parse_budgetsAndMasses_areReadFromTheirFiles(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("layers.json");
        Files.writeString(file, LayerTable.toJson(List.of(64, 128, 32), List.of(0.5, 0.25, 0.125)));
        AttentionSpec budgets = AttentionSpecs.parse("dsa:budgets=" + file);
        assertThat(budgets.stop()).isEqualTo(new StopRule.Budgets(file.toString(), List.of(64, 128, 32)));
        assertThat(AttentionSpecs.parse(budgets.toString())).isEqualTo(budgets);
        AttentionSpec full = AttentionSpecs.parse("rank=quest,unit=block:16,stop=budgets:" + file);
        assertThat(AttentionSpecs.parse(full.toString())).isEqualTo(full);
        AttentionSpec masses = AttentionSpecs.parse("marginal:tau=0.001,masses=" + file);
        assertThat(masses.stop())
                .isEqualTo(new StopRule.Probability(0.001, file.toString(), List.of(0.5, 0.25, 0.125)));
        assertThat(AttentionSpecs.parse(masses.toString())).isEqualTo(masses);
        Files.writeString(file, "{\"budgets\": [4, 0], \"masses\": [2]}");
        assertThatThrownBy(() -> AttentionSpecs.parse("dsa:budgets=" + file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith(file + ": field budgets has a budget of 0; each must be at least 1");
        assertThatThrownBy(() -> AttentionSpecs.parse("marginal:tau=0.1,masses=" + file))
                .hasMessageEndingWith(file + ": field masses has a mass of 2.0; each must be between 0 and 1");
    }
}
