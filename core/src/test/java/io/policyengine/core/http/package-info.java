@NullMarked
package io.policyengine.core.http;

import org.jspecify.annotations.NullMarked;
