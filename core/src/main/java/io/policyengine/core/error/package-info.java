/** Error codes, and problems with their position in a file. */
@Api
@NullMarked
package io.policyengine.core.error;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
