/** Validates untrusted JSON against third parties' JSON Schemas, in bounded time and memory. */
@Api
@NullMarked
package io.policyengine.core.schema;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
