/** The application of third parties' JSON Schemas to untrusted JSON in bounded time and memory. */
@Api
@NullMarked
package io.policyengine.core.schema;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
