package dev.tarn.policy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The parameters of one policy as a spec writes them: {@code small=0.1,ghost=0.9}. */
final class PolicyParameters {
    private final String spec;
    private final Map<String, String> values = new LinkedHashMap<>();

    /**
     * Reads them.
     *
     * @param spec the whole spec, for messages
     * @param text what follows the name and its colon; empty if there is nothing
     * @param known the parameters that the policy has
     */
    PolicyParameters(String spec, String text, List<String> known) {
        this.spec = spec;
        for (String item : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            int equals = item.indexOf('=');
            String name = equals < 0 ? item.strip() : item.substring(0, equals).strip();
            if (equals < 0 || !known.contains(name)) {
                throw wrong("'" + item.strip() + "' is no parameter of it; "
                        + (known.isEmpty() ? "it has none" : "write " + String.join("=…,", known) + "=…"));
            }
            if (values.put(name, item.substring(equals + 1).strip()) != null) {
                throw wrong(name + " is given twice");
            }
        }
    }

    /** A part of the capacity, from 0 to 1. */
    double part(String name, double byDefault) {
        String text = values.get(name);
        if (text == null) {
            return byDefault;
        }
        if (!text.matches("0(\\.[0-9]{1,9})?|1(\\.0{1,9})?")) {
            throw wrong(name + "=" + text + " is no part of the capacity; use a number from 0 to 1");
        }
        return Double.parseDouble(text);
    }

    /** A seed, or the one given if the spec names none. */
    long seed(String name, long byDefault) {
        String text = values.get(name);
        if (text == null) {
            return byDefault;
        }
        if (!text.matches("[0-9]{1,18}")) {
            throw wrong(name + "=" + text + " is no seed; use a whole number");
        }
        return Long.parseLong(text);
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("policy '" + spec + "': " + what);
    }
}
