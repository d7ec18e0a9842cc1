/** The parts by which somebody's JSON Schema is applied to somebody's JSON, in bounded time and memory. */
@Api
@NullMarked
package io.policyengine.core.schema;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
