package dev.tarn.sim.hardware;

/**
 * One number about one device.
 *
 * @param device its name
 * @param quantity what is measured
 * @param value in the quantity's unit
 * @param source where the number comes from
 * @param estimate whether it was neither measured nor published for this device, but estimated from others
 */
public record HardwareConstant(String device, Quantity quantity, double value, String source, boolean estimate) {}
