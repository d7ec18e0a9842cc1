/**
 * Records as parameter schemas: JSON Schema from a record, and a record from JSON, with all problems at once. Over
 * twenty types, since half of them are annotations of records.
 */
@Api
@NullMarked
package io.policyengine.core.params;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
