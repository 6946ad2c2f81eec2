package dev.tarn.engine.attention;

/** Writes a spec in the form that {@link AttentionSpecs#parse} reads back to an equal one. */
final class SpecText {
    private SpecText() {}

    static String of(AttentionSpec spec) {
        String preset = spec.preset();
        if (spec.isDense()) {
            return preset.isEmpty() ? "rank=none,unit=token,stop=all" : preset;
        }
        return (preset.isEmpty() ? inFull(spec) : byPreset(spec)) + rest(spec);
    }

    private static String inFull(AttentionSpec spec) {
        String unit = spec.block() == 1 ? "token" : "block:" + spec.block();
        return "rank=" + spec.rank() + ",unit=" + unit + ",stop=" + spec.stop();
    }

    private static String byPreset(AttentionSpec spec) {
        Preset preset = Preset.named(spec.preset());
        String rank = spec.rank() == preset.rank() ? "" : "rank=" + spec.rank() + ",";
        String block = spec.block() == 1 ? "" : ",block=" + spec.block();
        return preset.label() + ":" + rank + spec.stop().option() + block;
    }

    private static String rest(AttentionSpec spec) {
        StringBuilder text = new StringBuilder();
        if (spec.within() != null) {
            text.append(",within=").append(spec.within());
        }
        if (spec.wave() > 0) {
            text.append(",wave=").append(spec.wave());
        }
        spec.sink().ifPresent(n -> text.append(",sink=").append(n));
        spec.recent().ifPresent(n -> text.append(",recent=").append(n));
        text.append(",share=").append(spec.share());
        if (spec.denseLayers() > 0) {
            text.append(",dense=").append(spec.denseLayers());
        }
        if (!spec.reuse().equals(LayerReuse.NONE)) {
            text.append(',').append(spec.reuse());
        }
        if (spec.stop() instanceof StopRule.Probability p && !p.file().isEmpty()) {
            text.append(",masses=").append(p.file());
        }
        if (spec.rank() == RankingKind.RANDOM) {
            text.append(",seed=").append(spec.seed());
        }
        return text.toString();
    }
}
