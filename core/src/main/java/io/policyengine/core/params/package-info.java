/**
 * Derives JSON Schemas from parameter records, and binds JSON to such records, reporting all problems at once. The
 * package has over twenty types, since each annotation of records is a type.
 */
@Api
@NullMarked
package io.policyengine.core.params;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
