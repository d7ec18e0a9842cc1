package io.policyengine.core.params;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value of a record component if its key is absent from the JSON; becomes {@code default} in the schema. A
 * component is required if it has neither this annotation nor {@code @Nullable}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
public @interface Default {
    /** The value as JSON text: {@code 100}, {@code "X-API-Key"} with its quotes, or {@code []}. */
    String value();
}
