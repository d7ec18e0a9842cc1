/**
 * Records as parameter schemas: JSON Schema from a record, and a record from JSON, with all problems at once. Over twenty types, since half of
 * them are the annotations by which a record says what it takes.
 */
@Api
@NullMarked
package io.policyengine.core.params;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
