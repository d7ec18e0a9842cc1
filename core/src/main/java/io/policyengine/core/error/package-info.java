/** Error codes, and problems that point to their place in a file. */
@Api
@NullMarked
package io.policyengine.core.error;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
