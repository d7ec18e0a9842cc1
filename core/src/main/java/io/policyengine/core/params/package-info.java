/** Records as parameter schemas: JSON Schema from a record, and a record from JSON, with all problems at once. */
@NullMarked
package io.policyengine.core.params;

import org.jspecify.annotations.NullMarked;
