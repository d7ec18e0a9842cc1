package io.policyengine.core.params;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A name that a record component had in an earlier version. Whoever still writes it is told the new one, in an error: two names for one
 * setting would be one too many to find it by. Becomes a member of {@code x-renamed} in the JSON Schema.
 */
@Documented
@Repeatable(Formerly.Names.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
public @interface Formerly {
    /** The name as it was written, in snake case. */
    String value();

    /** The first version in which it has another name, such as {@code 0.3.0}. */
    String since();

    /** All names of a component that was renamed more than once. */
    @Documented
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.RECORD_COMPONENT, ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
    @interface Names {
        /** In any order. */
        Formerly[] value();
    }
}
