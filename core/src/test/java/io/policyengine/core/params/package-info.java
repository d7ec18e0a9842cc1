@NullMarked
package io.policyengine.core.params;

import org.jspecify.annotations.NullMarked;
