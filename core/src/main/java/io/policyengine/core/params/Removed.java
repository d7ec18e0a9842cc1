package io.policyengine.core.params;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A key that a record had in an earlier version. Using it is an error whose message names the replacement. Becomes a
 * member of {@code x-removed} in the JSON Schema.
 */
@Documented
@Repeatable(Removed.Keys.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Removed {
    /** The former name in snake case. */
    String key();

    /** The first version without the key, such as {@code 0.3.0}. */
    String since();

    /** The replacement or remedy, as text that follows a semicolon: {@code write 'limits.max_exchanges' instead}. */
    String instead();

    /** Holds all keys that were removed from a record. */
    @Documented
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    @interface Keys {
        Removed[] value();
    }
}
