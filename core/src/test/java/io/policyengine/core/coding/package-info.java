@NullMarked
package io.policyengine.core.coding;

import org.jspecify.annotations.NullMarked;
