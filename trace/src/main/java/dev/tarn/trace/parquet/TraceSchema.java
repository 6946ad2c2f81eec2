package dev.tarn.trace.parquet;

import static org.apache.parquet.schema.LogicalTypeAnnotation.intType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FLOAT;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;

import dev.tarn.trace.TraceException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/**
 * The columns of a trace. Lists have the three levels that the Parquet format names as standard
 * (LogicalTypes.md, section Lists): {@code indices (LIST) / list / element}.
 */
final class TraceSchema {
    static final String REQUEST = "request";
    static final String STEP = "step";
    static final String POSITION = "position";
    static final String LAYER = "layer";
    static final String GROUP = "group";
    static final String BUDGET_WAVES = "budget_waves";
    static final String MASS = "mass";
    static final String INDICES = "indices";
    static final String SCORES = "scores";
    static final String LIST = "list";
    static final String ELEMENT = "element";

    private static final List<String> INTEGERS = List.of(REQUEST, STEP, POSITION, LAYER, GROUP, BUDGET_WAVES);

    private TraceSchema() {}

    /** The columns in the order in which they are written; scores last, where they are recorded. */
    static MessageType columns(boolean withScores) {
        var fields = new ArrayList<Type>();
        for (String name : List.of(REQUEST, STEP, POSITION)) {
            fields.add(Types.required(INT32).named(name));
        }
        for (String name : List.of(LAYER, GROUP, BUDGET_WAVES)) {
            fields.add(Types.required(INT32).as(intType(16, true)).named(name));
        }
        fields.add(Types.optional(FLOAT).named(MASS));
        fields.add(Types.requiredList().requiredElement(INT32).named(INDICES));
        if (withScores) {
            fields.add(Types.optionalList().requiredElement(FLOAT).named(SCORES));
        }
        return new MessageType("tarn_trace", fields);
    }

    /**
     * The columns to read from a file: those of a trace, as the file types them (a file rewritten by another program may have
     * made them nullable); columns that are not a trace's are left out.
     *
     * @throws TraceException if one is missing or has another type
     */
    static MessageType select(MessageType found, Path file) {
        var fields = new ArrayList<Type>();
        for (String name : INTEGERS) {
            fields.add(flat(require(found, name, file), INT32, file));
        }
        fields.add(flat(require(found, MASS, file), FLOAT, file));
        fields.add(list(require(found, INDICES, file), INT32, file));
        if (found.containsField(SCORES)) {
            fields.add(list(found.getType(SCORES), FLOAT, file));
        }
        return new MessageType(found.getName(), fields);
    }

    private static Type require(MessageType found, String name, Path file) {
        if (found.containsField(name)) {
            return found.getType(name);
        }
        var names = found.getFields().stream().map(Type::getName).toList();
        throw new TraceException(
                file + ": column " + name + " is missing, the file has " + names + "; give a trace that Tarn wrote");
    }

    private static Type flat(Type type, PrimitiveTypeName wanted, Path file) {
        if (!isPrimitive(type, wanted)) {
            throw wrongType(type, wanted.name().toLowerCase(Locale.ROOT), file);
        }
        return type;
    }

    private static Type list(Type type, PrimitiveTypeName wanted, Path file) {
        if (!isList(type) || !isPrimitive(element(type), wanted)) {
            throw wrongType(type, "list<" + wanted.name().toLowerCase(Locale.ROOT) + ">", file);
        }
        return type;
    }

    private static boolean isPrimitive(Type type, PrimitiveTypeName wanted) {
        return type.isPrimitive()
                && !type.isRepetition(Repetition.REPEATED)
                && type.asPrimitiveType().getPrimitiveTypeName() == wanted;
    }

    private static boolean isList(Type type) {
        return !type.isPrimitive()
                && type.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation
                && type.asGroupType().getFieldCount() == 1
                && !type.asGroupType().getType(0).isPrimitive()
                && type.asGroupType().getType(0).isRepetition(Repetition.REPEATED)
                && type.asGroupType().getType(0).asGroupType().getFieldCount() == 1;
    }

    private static Type element(Type list) {
        return list.asGroupType().getType(0).asGroupType().getType(0);
    }

    private static TraceException wrongType(Type found, String wanted, Path file) {
        String type = found.toString().replaceAll("\\s+", " ");
        return new TraceException(
                file + ": column " + found.getName() + " has type '" + type + "', a trace has " + wanted);
    }
}
