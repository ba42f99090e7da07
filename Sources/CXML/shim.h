#pragma once
#include <libxml/xmlversion.h>
// Its converters appear in no declaration that is used here, and its header clashes with Foundation's.
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlsave.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

/// What libxml2 frees memory with is a variable, which Swift can't use from several threads.
static inline void xml_free(void *memory) { xmlFree(memory); }
