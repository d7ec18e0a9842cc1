package io.policyengine.core.params;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a component, itself a record, whose components stand in JSON and in the schema as if they were written in its place: parameters that
 * several policies share. Only of parameters that {@link ParamsBinder} reads; the component is never absent.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
public @interface Flat {}
