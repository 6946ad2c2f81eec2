package dev.tarn.sim.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/** The charts as JSON that is safe and small inside a page: no character of it can end the script element it stands in. */
final class ChartJson {
    /** More digits than any picture can show, and what keeps a heat map of 300,000 cells below a megabyte. */
    private static final MathContext PRECISION = new MathContext(6);

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new SimpleModule().addSerializer(double[].class, new CompactNumbers()))
            .build();

    private ChartJson() {}

    /** An array of the charts. The characters replaced can occur in JSON only within strings, where the escape means the same. */
    static String write(List<Chart> charts) {
        return MAPPER.writerFor(MAPPER.getTypeFactory().constructCollectionType(List.class, Chart.class))
                .writeValueAsString(charts)
                .replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("&", "\\u0026")
                .replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029");
    }

    private static final class CompactNumbers extends ValueSerializer<double[]> {
        @Override
        public void serialize(double[] values, JsonGenerator json, SerializationContext context) {
            json.writeStartArray();
            for (var value : values) {
                write(json, value);
            }
            json.writeEndArray();
        }

        private static void write(JsonGenerator json, double value) {
            if (!Double.isFinite(value)) {
                json.writeNull();
            } else if (value == Math.rint(value) && Math.abs(value) < 1e15) {
                json.writeNumber((long) value);
            } else {
                json.writeNumber(new BigDecimal(value).round(PRECISION).doubleValue());
            }
        }
    }
}
