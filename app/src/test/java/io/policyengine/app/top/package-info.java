@NullMarked
package io.policyengine.app.top;

import org.jspecify.annotations.NullMarked;
