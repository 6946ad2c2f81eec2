package dev.tarn.sim.report;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** A section drawn by the chart library from its own JSON, whose {@code kind} names the record it came from. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = LineChart.class, name = "line"),
    @JsonSubTypes.Type(value = BarChart.class, name = "bar"),
    @JsonSubTypes.Type(value = HeatMap.class, name = "heat")
})
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties("caption")
public sealed interface Chart extends Section permits LineChart, BarChart, HeatMap {}
