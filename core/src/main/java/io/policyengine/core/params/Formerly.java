package io.policyengine.core.params;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * An earlier name of a record component. Using it is an error whose message gives the new name; with two valid names, a
 * setting would be hard to find. Becomes a member of {@code x-renamed} in the JSON Schema.
 */
@Documented
@Repeatable(Formerly.Names.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
public @interface Formerly {
    /** The former name in snake case. */
    String value();

    /** The first version with the new name, such as {@code 0.3.0}. */
    String since();

    /** Holds all earlier names of a component that was renamed more than once. */
    @Documented
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.RECORD_COMPONENT, ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
    @interface Names {
        Formerly[] value();
    }
}
