/**
 * What the numbers were measured on: CPU, cores, memory, JVM. Uses nothing but the JDK; the vector width is told to it,
 * for only the engine touches the Vector API.
 */
@NullMarked
package dev.tarn.cli.machine;

import org.jspecify.annotations.NullMarked;
