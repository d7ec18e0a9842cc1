/**
 * Derives JSON Schemas from parameter records, and binds JSON to such records, reporting all problems at once. The
 * package has over twenty types, half of which are annotations of records.
 */
@Api
@NullMarked
package io.policyengine.core.params;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
