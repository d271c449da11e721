package io.weirflow.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks code at the edge of the process, which may read the clock, draw randomness, sleep or write to the standard
 * streams.
 *
 * <p>Everywhere else the build refuses such calls: a slot must give the same bytes when it is run again, and a simulation
 * must give the same trace from the same seed, so time and randomness are passed in ({@code nowMs}, a seeded generator)
 * by the few classes that carry this mark. Mark the smallest thing that will do, a method rather than its class, and say
 * in a comment which ambient thing it reads and why it may.
 *
 * <p>The mark is seen by the build's check of byte code only; it has no effect at run time.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.TYPE, ElementType.CONSTRUCTOR, ElementType.METHOD})
public @interface Edge {}
